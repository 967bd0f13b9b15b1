/** Which intents are taken for which: rows what was meant, columns what it was taken for, over unseen examples. */
import { html, type TemplateResult } from "lit";
import intents from "../../../texts/intents.json";
import { sentences } from "../../shared/i18n";
import type { Confusion } from "./types";

const say = sentences(intents);
const percent = (share: number) => `${Math.round(share * 100)} %`;

export function confusionTable(told: Confusion, named: (key: string) => string): TemplateResult {
  if (!told.examples) return html`<p class="muted">${say("too_few")}</p>`;
  const counts = new Map(told.cells.map((cell) => [`${cell.meant} ${cell.taken}`, cell.count]));
  const count = (meant: string, taken: string) => counts.get(`${meant} ${taken}`) ?? 0;
  const most = Math.max(...told.cells.map((cell) => cell.count), 1);
  const figures = {
    examples: told.examples,
    accuracy: percent(told.accuracy),
    f1: told.macro_f1.toFixed(2),
    believed: percent(told.believed),
    right: percent(told.right_of_believed),
  };
  return html`
    <p class="caption">${say("confusion_facts", figures)}</p>
    <div class="confusion-scroll" tabindex="0" role="region" aria-label=${say("confusion")}>
      <table class="confusion">
        <thead>
          <tr>
            <th scope="col">${say("meant")}</th>
            ${told.keys.map((key) => html`<th scope="col"><span>${named(key)}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${told.keys.map(
            (meant) => html`
              <tr>
                <th scope="row">${named(meant)}</th>
                ${told.keys.map((taken) => {
                  const n = count(meant, taken);
                  const shade = n ? `${Math.round((8 + (40 * n) / most) * 10) / 10}%` : "0%";
                  return html`<td
                    class=${meant === taken ? "right" : n ? "wrong" : ""}
                    style="--shade: ${shade}"
                    title=${say("cell", { n, meant: named(meant), taken: named(taken) })}
                  >
                    ${n || ""}
                  </td>`;
                })}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}
