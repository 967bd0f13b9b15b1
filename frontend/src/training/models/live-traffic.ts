/** Who answers now: the share bar, what customers met of each version side by side, and the rules that take one back. */
import { html, nothing, type TemplateResult } from "lit";
import { CircleCheck, ShieldAlert, Undo2 } from "lucide";
import { icon } from "../../shared/icons";
import { guardSheet, inOneLine } from "./rules";
import { named, percent, say, type Figures, type Model, type Rules } from "./types";

const COLUMNS = ["handed_over", "down", "up", "refused", "failed"] as const;
const LESS_IS_BETTER = new Set<string>(["handed_over", "down", "refused", "failed"]);

function share(figures: Figures, name: (typeof COLUMNS)[number]): number {
  const whole = name === "handed_over" ? figures.conversations : figures.answers;
  return whole ? figures[name] / whole : 0;
}

/** Half the width of the 95 % interval of a difference of two shares. */
function margin(one: Figures, other: Figures, name: (typeof COLUMNS)[number]): number {
  const part = (figures: Figures) => {
    const whole = name === "handed_over" ? figures.conversations : figures.answers;
    const p = share(figures, name);
    return whole ? (p * (1 - p)) / whole : 1;
  };
  return 1.96 * Math.sqrt(part(one) + part(other));
}

function cell(name: (typeof COLUMNS)[number], figures: Figures, live: Figures | undefined): TemplateResult {
  const value = share(figures, name);
  if (!live || live === figures) return html`<b>${percent(value)}</b>`;
  const change = value - share(live, name);
  const width = margin(figures, live, name);
  const better = LESS_IS_BETTER.has(name) ? change < 0 : change > 0;
  return html`<b>${percent(value)}</b>
    <span class=${better ? "gate-held" : change === 0 ? "" : "danger-text"}
      >${change >= 0 ? "+" : "−"}${Math.abs(change * 100).toFixed(1)}</span
    >
    ${Math.abs(change) < width ? html`<div class="caption">${say("not_significant", { n: (width * 100).toFixed(1) })}</div>` : nothing}`;
}

export interface Traffic {
  live: Model | undefined;
  canary: Model | undefined;
  shadow: Model[];
  figures: Figures[];
  guard: Rules | null;
  may: boolean;
  rollBack: () => void;
  promote: (model: Model) => void;
  changeGuard: () => void;
}

function nameOf(traffic: Traffic, id: string | null): string {
  const found = [traffic.live, traffic.canary, ...traffic.shadow].find((model) => model?.model_id === id);
  return found?.name ?? (id ? id.slice(-8) : say("own_model"));
}

function bar(traffic: Traffic): TemplateResult {
  const part = Math.round((traffic.canary?.share ?? 0) * 100);
  return html`<div
      class="share-bar"
      role="img"
      aria-label="${say("live_share", { n: 100 - part })} ${say("canary_share", { n: part })}"
    >
      <span class="share-live" style="flex-grow: ${100 - part}"></span>
      ${part ? html`<span class="share-canary" style="flex-grow: ${part}"></span>` : nothing}
    </div>
    <div class="learn-row">
      <span class="dot share-dot-live"></span> <b>${traffic.live?.name ?? say("own_model")}</b>
      <span class="caption">${say("live_share", { n: 100 - part })}</span>
      ${
        traffic.canary
          ? html`<span class="dot share-dot-canary"></span> <b>${traffic.canary.name}</b>
              <span class="caption">${say("canary_share", { n: part })}</span>`
          : nothing
      }
      ${traffic.shadow.map(
        (model) =>
          html`<span class="dot"></span> <b>${model.name}</b>
            <span class="caption">${say("shadow_share", { n: Math.round(model.share * 100) })}</span>`,
      )}
      ${
        traffic.may && (traffic.live || traffic.canary)
          ? html`<button class="button danger-ghost push" @click=${traffic.rollBack}>
              ${icon(Undo2)} ${say("roll_back")}
            </button>`
          : nothing
      }
      ${
        traffic.may && traffic.canary
          ? html`<button class="button primary" @click=${() => traffic.canary && traffic.promote(traffic.canary)}>
              ${say("to_live")}
            </button>`
          : nothing
      }
    </div>`;
}

function table(traffic: Traffic): TemplateResult {
  if (!traffic.figures.length) return html`<p class="muted">${say("no_figures")}</p>`;
  const liveFigures = traffic.figures.find((one) => one.model_id === (traffic.live?.model_id ?? null));
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("since_day")}>
    <table class="table">
      <thead>
        <tr>
          <th scope="col">${say("since_day")}</th>
          ${COLUMNS.map(
            (name) =>
              html`<th scope="col">
                <span class="definition" title=${named("def", name)}>${named("col", name)}</span>
              </th>`,
          )}
          <th scope="col"><span class="definition" title=${say("def_first")}>${say("col_first")}</span></th>
        </tr>
      </thead>
      <tbody>
        ${traffic.figures.map(
          (figures) =>
            html`<tr>
              <th scope="row">
                <b>${nameOf(traffic, figures.model_id)}</b>
                <div class="caption">${say("answers", { n: figures.answers })}</div>
              </th>
              ${COLUMNS.map((name) => html`<td class="figures">${cell(name, figures, liveFigures)}</td>`)}
              <td class="figures"><b>${Math.round(figures.first_token_p95_ms)} ms</b></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function guardLine(traffic: Traffic): TemplateResult | typeof nothing {
  const guard = traffic.guard;
  if (!guard) return nothing;
  return html`<div class="learn-row caption">
    ${icon(traffic.canary ? ShieldAlert : CircleCheck, 14)}
    <span>${say("guard_is", { rules: inOneLine(guardSheet, guard), n: Number(guard["least"]) })}</span>
    ${
      traffic.may
        ? html`<button class="button small ghost push" @click=${traffic.changeGuard}>${say("change")}</button>`
        : nothing
    }
  </div>`;
}

export function liveTraffic(traffic: Traffic): TemplateResult {
  return html`<section class="card stack learn-card" aria-label=${say("traffic")}>
    <div class="learn-row">
      <h2 class="title-15">${say("traffic")}</h2>
      ${traffic.canary ? html`<span class="badge info">${say("canary_on")}</span>` : nothing}
      <span class="caption push">${say("sticky")}</span>
    </div>
    ${bar(traffic)} ${table(traffic)} ${guardLine(traffic)}
  </section>`;
}
