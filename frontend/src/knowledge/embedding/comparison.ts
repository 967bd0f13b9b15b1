/** The regression questions asked of the present and the future embedder, side by side, and what the gate says. */
import { html, nothing, type TemplateResult } from "lit";
import { CircleCheck, RefreshCw, ShieldAlert } from "lucide";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { FIGURES, nameOf, percent, reasonText, say, type Embedder, type Figures, type Run, type Tuning } from "./types";

const LESS_IS_BETTER = new Set<string>(["false_answers", "false_refusals"]);

function figure(name: (typeof FIGURES)[number], value: number): string {
  return name === "mrr_at_10" ? value.toFixed(3) : percent(value);
}

function difference(name: (typeof FIGURES)[number], before: number, after: number): TemplateResult | typeof nothing {
  const change = after - before;
  if (Math.abs(change) < 0.0005) return nothing;
  const better = LESS_IS_BETTER.has(name) ? change < 0 : change > 0;
  const sign = change > 0 ? "+" : "−";
  const size = name === "mrr_at_10" ? Math.abs(change).toFixed(3) : (Math.abs(change) * 100).toFixed(1);
  return html`<span class=${better ? "embed-better" : "danger-text"}>${sign}${size}</span>`;
}

function row(embedder: Embedder | undefined, figures: Figures, before?: Figures): TemplateResult {
  return html`
    <tr>
      <th scope="row">
        ${nameOf(embedder)}
        <div class="caption">${say(`state_${embedder?.state ?? "future"}`)}</div>
      </th>
      ${FIGURES.map(
        (name) =>
          html`<td class="number">
            <b>${figure(name, figures[name])}</b> ${before ? difference(name, before[name], figures[name]) : nothing}
          </td>`,
      )}
    </tr>
  `;
}

/** What people's choices taught, and whether it was kept. */
function tuning(told: Tuning): TemplateResult {
  const left = told.left_out;
  return html`<p>
      <b>${say("tuned", { n: told.learnt })}</b>
      ${say("tuned_figures", {
        n: told.before.lessons,
        before: told.before.reciprocal.toFixed(3),
        after: told.after.reciprocal.toFixed(3),
        first: percent(told.before.first),
        then: percent(told.after.first),
      })}
      ${told.better ? say("tuned_kept", { words: percent(told.lexical_weight) }) : say("tuned_dropped")}
    </p>
    <p class="caption">
      ${say("tuned_left_out", { regression: left.of_regression, capped: left.capped, lost: left.not_found })}
    </p>`;
}

export function comparison(
  run: Run,
  present: Embedder | undefined,
  future: Embedder | undefined,
  actions: { again: () => void; takeOver: () => void },
): TemplateResult {
  const { present: before, future: after, verdict, at } = run.comparison;
  const asked = after?.questions ?? 0;
  return html`
    <section class="card stack embed-card" aria-label=${say("compare")}>
      <div class="embed-row">
        <h2 class="title-15">${say("compare")}</h2>
        ${asked && at ? html`<span class="caption">${say("compared_at", { n: asked, time: dayAndTime(new Date(at)) })}</span>` : nothing}
        <span class="embed-actions push">
          <button class="button small" @click=${actions.again}>${icon(RefreshCw, 14)} ${say("compare_again")}</button>
          <button class="button small primary" @click=${actions.takeOver}>${say("switch")}</button>
        </span>
      </div>
      ${run.comparison.tuning ? tuning(run.comparison.tuning) : nothing}
      ${
        asked && before && after
          ? html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("compare")}>
              <table class="table">
                <thead>
                  <tr>
                    <th scope="col">${say("embedder")}</th>
                    ${FIGURES.map(
                      (name) =>
                        html`<th scope="col" class="number">
                          <span class="definition" title=${say(`def_${name}`)}>${say(name)}</span>
                        </th>`,
                    )}
                  </tr>
                </thead>
                <tbody>
                  ${row(present, before)} ${row(future, after, before)}
                </tbody>
              </table>
            </div>`
          : html`<p class="help">${say("no_questions")}</p>`
      }
      ${
        verdict && asked
          ? html`<div class="banner ${verdict.passes ? "ok" : "warn"}">
              ${icon(verdict.passes ? CircleCheck : ShieldAlert)}
              <span
                ><b>${say(verdict.passes ? "gate_open" : "gate_shut")}</b>
                ${verdict.reasons.map(reasonText).join(" ")}</span
              >
            </div>`
          : nothing
      }
    </section>
  `;
}
