/** The wall: what is going on now in figures that lead to their conversations, and who is there. */
import { html, nothing, type TemplateResult } from "lit";
import { TriangleAlert } from "lucide";
import overview from "../../../texts/overview.json";
import levels from "../../../texts/service_levels.json";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { clock, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { since } from "../local-times";

const say = sentences(overview);
const sayLevels = sentences(levels);
const EVERY_MS = 5_000;
const TONES = { online: "ok", busy: "warn", break: "warn", offline: "" } as const;

interface Figures {
  waiting: number;
  waiting_since: string | null;
  left_messages: number;
  attention: number;
  with_bot: number;
  with_people: number;
  ended_today: number;
  agent_verdicts: number;
  agent_good: number;
  bot_verdicts: number;
  bot_good: number;
  sla_at_risk: number;
  sla_late: number;
  sla_met_today: number;
  sla_late_today: number;
}

interface Wall {
  figures: Figures;
  agents: { name: string; state: keyof typeof TONES; load: number; capacity: number; since: string | null }[];
  at: string;
}

export class KefuWall extends PartElement {
  private wall: Wall | null = null;
  private lost = false;
  private timer: number | undefined;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.timer = window.setInterval(() => document.hidden || void this.look(), EVERY_MS);
    void this.look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    try {
      this.wall = await ask<Wall>("/api/v1/desk/wall");
      this.lost = false;
    } catch {
      this.lost = true;
    }
    this.requestUpdate();
  }

  private figure(words: string, value: string, href: string, hot = false): TemplateResult {
    const shown = html`<b class="figures ${hot ? "hot" : ""}">${value}</b><span class="caption">${words}</span>`;
    return href
      ? html`<a class="card wall-figure" href=${href}>${shown}</a>`
      : html`<div class="card wall-figure">${shown}</div>`;
  }

  private rate(words: string, good: number, all: number, help = say("good_help")): TemplateResult {
    const value = all ? `${Math.round((100 * good) / all)}%` : "—";
    return html`<div class="card wall-figure" title=${help}>
      <b class="figures">${value}</b>
      <span class="caption">${words} · ${all ? say("good_of", { n: good, of: all }) : say("nothing_yet")}</span>
    </div>`;
  }

  private figures({ figures: now }: Wall): TemplateResult {
    const longest = now.waiting_since ? since(new Date(now.waiting_since)) : say("nobody_waits");
    return html`<div class="wall-figures">
      ${this.figure(say("waiting"), String(now.waiting), "/desk?show=queue", now.waiting > 0)}
      ${this.figure(say("longest"), longest, "/desk?show=queue", now.waiting_since !== null)}
      ${this.figure(say("attention"), String(now.attention), "/desk?show=attention", now.attention > 0)}
      ${this.figure(sayLevels("at_risk"), String(now.sla_at_risk), "/desk?show=sla", now.sla_at_risk > 0)}
      ${this.figure(sayLevels("late_now"), String(now.sla_late), "/desk?show=sla", now.sla_late > 0)}
      ${this.figure(say("left_messages"), String(now.left_messages), "/desk?show=queue")}
      ${this.figure(say("with_people"), String(now.with_people), "/desk?show=agent")}
      ${this.figure(say("with_bot"), String(now.with_bot), "/desk?show=bot")}
      ${this.figure(say("ended_today"), String(now.ended_today), "/desk/search?days=1&state=closed")}
      ${this.rate(sayLevels("kept_today"), now.sla_met_today, now.sla_met_today + now.sla_late_today, sayLevels("result_rate_help"))}
      ${this.rate(say("good_agent"), now.agent_good, now.agent_verdicts)}
      ${this.rate(say("good_bot"), now.bot_good, now.bot_verdicts)}
    </div>`;
  }

  private agents({ agents }: Wall): TemplateResult {
    if (!agents.length) return html`<p class="caption">${say("nobody")}</p>`;
    return html`<table class="table">
      <thead>
        <tr>
          <th scope="col">${say("agent")}</th>
          <th scope="col">${say("state")}</th>
          <th scope="col" class="number">${say("load")}</th>
          <th scope="col" class="number">${say("since")}</th>
        </tr>
      </thead>
      <tbody>
        ${agents.map(
          (one) =>
            html`<tr>
              <td>${one.name}</td>
              <td>
                <span class="badge ${TONES[one.state]}"><span class="dot"></span>${say(`state_${one.state}`)}</span>
              </td>
              <td class="number">${one.load} / ${one.capacity}</td>
              <td class="number">${one.since && one.state !== "offline" ? clock(new Date(one.since)) : "—"}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  protected override render(): TemplateResult {
    const { wall } = this;
    const time = wall ? clock(new Date(wall.at)) : "";
    return html`<header class="page-head">
        <div>
          <h1 class="title-20">${say("wall")}</h1>
          <div class="caption">${wall ? say("wall_facts", { time }) : nothing}</div>
        </div>
      </header>
      <div class="page-body stack">
        ${this.lost ? html`<div class="banner danger" role="alert">${icon(TriangleAlert)} ${say("wall_lost", { time })}</div>` : nothing}
        ${
          wall
            ? html`${this.figures(wall)}
                <h2 class="title-15">${say("agents")}</h2>
                ${this.agents(wall)}`
            : nothing
        }
      </div>`;
  }
}

customElements.define("kefu-wall", KefuWall);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-wall": KefuWall;
  }
}
