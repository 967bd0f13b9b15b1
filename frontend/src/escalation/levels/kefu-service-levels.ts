/** <kefu-service-levels>: policies in their order, calendars, what would be due, and how it went. */
import { html, nothing, type TemplateResult } from "lit";
import { ArrowUp, CalendarDays, Pencil, Plus, Timer, Trash2, TriangleAlert } from "lucide";
import { ask } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { complain, told } from "../../staff/told";
import { nameOf, type Queue } from "../types";
import { CalendarForm } from "./calendar-form";
import "./levels-preview";
import "./levels-results";
import { PolicyForm } from "./policy-form";
import {
  calendarName,
  CALENDARS,
  KINDS,
  lengthOf,
  policyName,
  say,
  targetOf,
  URL,
  writeIntervals,
  type Calendar,
  type Policies,
  type Policy,
} from "./types";

const TABS = ["policies", "calendars", "results"] as const;
type Tab = (typeof TABS)[number];

export class KefuServiceLevels extends PartElement {
  private known: Policies | null = null;
  private calendars: Calendar[] = [];
  private queues: Queue[] = [];
  private tab: Tab = "policies";
  private failed = false;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    const wanted = location.hash.slice(1) as Tab;
    if (TABS.includes(wanted)) this.tab = wanted;
    this.addEventListener("policy-given", (event) => {
      const { before, given } = (event as CustomEvent<{ before: Policy | null; given: Policy }>).detail;
      const policies = this.known?.policies ?? [];
      const all = before ? policies.map((one) => (this.same(one, before) ? given : one)) : [given, ...policies];
      void this.put(all).then((problem) => part(this, "policy-form", PolicyForm).settle(problem));
    });
    this.addEventListener("calendar-saved", () => {
      toast(say("calendar_saved"));
      void this.load();
    });
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      [this.known, this.calendars, this.queues] = await Promise.all([
        ask<Policies>(URL),
        ask<Calendar[]>(CALENDARS),
        ask<Queue[]>("/api/v1/queues"),
      ]);
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.requestUpdate();
  }

  /** Stores the whole set as it shall be; gives what was wrong, or nothing. */
  private async put(policies: Policy[]): Promise<string> {
    try {
      await ask(URL, { method: "PUT", body: { policies, version: this.known?.version ?? 0 } });
    } catch (problem) {
      await this.load();
      return told(problem);
    }
    toast(say("saved"));
    await this.load();
    return "";
  }

  private async store(policies: Policy[]): Promise<void> {
    const problem = await this.put(policies);
    if (problem) toast(problem, "alert");
  }

  private same(one: Policy, other: Policy): boolean {
    return one === other || (one.policy_id !== null && one.policy_id === other.policy_id);
  }

  private async done(asking: Promise<unknown>, words: string): Promise<void> {
    try {
      await asking;
      toast(words);
    } catch (problem) {
      complain(problem);
    }
    await this.load();
  }

  private async deletePolicy(policy: Policy): Promise<void> {
    const question = {
      title: say("delete_policy_title", { name: policyName(policy) }),
      text: say("delete_policy_text"),
      action: say("delete"),
    };
    if (await confirmIn(this, question)) await this.store((this.known?.policies ?? []).filter((one) => one !== policy));
  }

  private async deleteCalendar(calendar: Calendar): Promise<void> {
    const title = say("calendar_delete_title", { name: calendarName(calendar) });
    if (!(await confirmIn(this, { title, text: say("calendar_delete_text"), action: say("delete") }))) return;
    await this.done(ask(`${CALENDARS}/${calendar.calendar_id}`, { method: "DELETE" }), say("calendar_deleted"));
  }

  private up(at: number): void {
    const moved = [...(this.known?.policies ?? [])];
    const [policy] = moved.splice(at, 1);
    if (policy) moved.splice(at - 1, 0, policy);
    void this.store(moved);
  }

  private forWhom(policy: Policy): string {
    const queues = this.queues.filter((one) => policy.queue_ids.includes(one.queue_id)).map(nameOf);
    const priorities = policy.priorities.map((one) => say(`priority_${one as 0}`));
    return [...queues, ...priorities, ...policy.tiers].join(" · ") || say("everything");
  }

  private act(glyph: typeof Pencil, words: string, name: string, click: () => void): TemplateResult {
    return html`<button
      class="button ghost icon-only small"
      aria-label="${words} ${name}"
      title=${words}
      @click=${click}
    >
      ${icon(glyph)}
    </button>`;
  }

  private policy(policy: Policy, at: number): TemplateResult {
    const name = policyName(policy);
    const edit = () => void part(this, "policy-form", PolicyForm).open(policy, this.queues, this.calendars);
    return html`<tr>
      <td>
        <span class="row"
          >${icon(Timer)}<button class="link-button queue-name" @click=${edit}>${name}</button>${
            policy.enabled ? nothing : html`<span class="badge">${say("off")}</span>`
          }</span
        >
      </td>
      <td>${this.forWhom(policy)}</td>
      ${KINDS.map((kind) => {
        const seconds = targetOf(policy, kind);
        return html`<td class="number">
          ${seconds === null ? html`<span class="caption">${say("unlimited")}</span>` : lengthOf(seconds)}
        </td>`;
      })}
      <td class="number queue-actions">
        ${at > 0 ? this.act(ArrowUp, say("up"), name, () => this.up(at)) : nothing}
        ${this.act(Pencil, say("edit"), name, edit)}
        ${this.act(Trash2, say("delete"), name, () => void this.deletePolicy(policy))}
      </td>
    </tr>`;
  }

  private policies(known: Policies): TemplateResult {
    return html`<p class="muted queue-intro">${say("intro")}</p>
      ${
        known.policies.length
          ? html`<div class="table-scroll" role="region" tabindex="0" aria-label=${say("tab_policies")}>
              <table class="table">
                <thead>
                  <tr>
                    <th scope="col">${say("name")}</th>
                    <th scope="col">${say("for_whom")}</th>
                    ${KINDS.map((kind) => html`<th scope="col" class="number">${say(`kind_${kind}`)}</th>`)}
                    <th scope="col"><span class="visually-hidden">${say("edit")}</span></th>
                  </tr>
                </thead>
                <tbody>
                  ${known.policies.map((one, at) => this.policy(one, at))}
                </tbody>
              </table>
            </div>`
          : html`<div class="state">
              <span class="state-mark">${icon(Timer, 20)}</span>
              <h2>${say("no_policies")}</h2>
            </div>`
      }
      <levels-preview .queues=${this.queues}></levels-preview>`;
  }

  private calendar(calendar: Calendar): TemplateResult {
    const name = calendarName(calendar);
    const edit = () => void part(this, "calendar-form", CalendarForm).open(calendar);
    const off = calendar.days.filter((one) => one.kind === "off").length;
    return html`<article class="card level-card stack">
      <div class="row">
        ${icon(CalendarDays)}
        <h2 class="title-15">${name}</h2>
        <span class="badge ${calendar.open_now ? "ok" : ""}"
          >${say(calendar.open_now ? "open_now" : "closed_now")}</span
        >
        <span class="row push">
          ${this.act(Pencil, say("edit"), name, edit)}
          ${calendar.is_default ? nothing : this.act(Trash2, say("delete"), name, () => void this.deleteCalendar(calendar))}
        </span>
      </div>
      <p class="caption">${calendar.timezone} · ${say("special_count", { off, work: calendar.days.length - off })}</p>
      <dl class="level-hours">
        ${calendar.week.map(
          (day, at) =>
            html`<div>
              <dt>${say(`day_${(at + 1) as 1}`)}</dt>
              <dd class="figures">${day.length ? writeIntervals(day) : say("day_off")}</dd>
            </div>`,
        )}
      </dl>
    </article>`;
  }

  private shown(known: Policies): TemplateResult {
    if (this.tab === "results") return html`<levels-results></levels-results>`;
    if (this.tab === "policies") return this.policies(known);
    return html`<p class="muted queue-intro">${say("calendar_intro")}</p>
      <div class="level-calendars">${this.calendars.map((one) => this.calendar(one))}</div>`;
  }

  private choose(tab: Tab): void {
    this.tab = tab;
    history.replaceState(null, "", `#${tab}`);
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const known = this.known;
    const add =
      this.tab === "calendars"
        ? () => void part(this, "calendar-form", CalendarForm).open(null)
        : () => void part(this, "policy-form", PolicyForm).open(null, this.queues, this.calendars);
    return html`<header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">
            ${known ? (known.version ? say("facts", { n: known.version, name: known.changed_by }) : say("facts_default")) : nothing}
          </div>
        </div>
        ${
          known && this.tab !== "results"
            ? html`<button class="button primary push" @click=${add}>
                ${icon(Plus)}${say(this.tab === "calendars" ? "calendar_add" : "add")}
              </button>`
            : nothing
        }
      </header>
      <div class="page-body stack">
        <nav class="tabs" aria-label=${say("title")}>
          ${TABS.map(
            (tab) =>
              html`<a
                href="#${tab}"
                aria-current=${tab === this.tab ? "page" : nothing}
                @click=${(event: Event) => {
                  event.preventDefault();
                  this.choose(tab);
                }}
                >${say(`tab_${tab}`)}</a
              >`,
          )}
        </nav>
        ${
          known
            ? this.shown(known)
            : this.failed
              ? html`<div class="state">
                  <span class="state-mark">${icon(TriangleAlert, 20)}</span>
                  <h2>${say("load_failed")}</h2>
                </div>`
              : html`<div class="stack list-skeleton" aria-busy="true">
                  ${[1, 2, 3].map(() => html`<span class="skeleton"></span>`)}
                </div>`
        }
      </div>
      <policy-form></policy-form><calendar-form></calendar-form>`;
  }
}

customElements.define("kefu-service-levels", KefuServiceLevels);
