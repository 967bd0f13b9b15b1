/** Parts of a run that only some have: figures by group, and the intents taken for each other. */
import { html, nothing, type TemplateResult } from "lit";
import { figureName, say, shown, type AnswerRun } from "./types";

const PAIRS = 20;

/** A row for each group, a column for each figure that any of them has. */
export function groupFigures(run: AnswerRun): TemplateResult | typeof nothing {
  const groups = Object.entries(run.figures?.groups ?? {}) as [string, Record<string, number>][];
  if (!groups.length) return nothing;
  const names = [...new Set(groups.flatMap(([, figures]) => Object.keys(figures)))];
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("groups")}>
    <table class="table">
      <thead>
        <tr>
          <th scope="col">${say("group")}</th>
          ${names.map((name) => html`<th scope="col" class="number">${figureName(name)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${groups.map(
          ([group, figures]) =>
            html`<tr>
              <th scope="row">${group}</th>
              ${names.map((name) => html`<td class="number">${shown(name, figures[name] ?? null)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The pairs of intents most often taken for each other. */
export function confusedPairs(run: AnswerRun): TemplateResult | typeof nothing {
  const cells = (run.settings.confusion ?? []).filter(([meant, taken]) => meant !== taken);
  if (!cells.length) return nothing;
  const most = cells.sort((one, other) => other[2] - one[2]).slice(0, PAIRS);
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("confused")}>
    <table class="table">
      <thead>
        <tr>
          <th scope="col">${say("meant")}</th>
          <th scope="col">${say("taken")}</th>
          <th scope="col" class="number">${say("times")}</th>
        </tr>
      </thead>
      <tbody>
        ${most.map(
          ([meant, taken, times]) =>
            html`<tr>
              <td>${meant}</td>
              <td>${taken}</td>
              <td class="number">${times}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
