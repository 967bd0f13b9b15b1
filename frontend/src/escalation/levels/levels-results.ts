/** <levels-results>: how waits went in the last days: kept, late, not reached, and how long they took. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { lengthOf, say, URL, type Kind } from "./types";

const DAYS = [7, 30, 90] as const;

interface Result {
  kind: Kind | "reaction";
  met: number;
  breached: number;
  cancelled: number;
  warned: number;
  reached: number;
  median_s: number | null;
  p90_s: number | null;
  median_open_s: number | null;
  p90_open_s: number | null;
}

interface Results {
  kinds: Result[];
  reaction: Result;
}

@customElement("levels-results")
export class LevelsResults extends PartElement {
  @state() private found: Results | null = null;
  @state() private failed = false;
  @state() private days: (typeof DAYS)[number] = 30;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.found = await ask<Results>(`${URL}/results?days=${this.days}`);
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }

  private row(one: Result): TemplateResult {
    const all = one.met + one.breached;
    const spread = (median: number | null, p90: number | null) =>
      median === null || p90 === null ? "—" : `${lengthOf(median)} / ${lengthOf(p90)}`;
    const own = one.kind !== "reaction";
    return html`<tr>
      <th scope="row">${say(`kind_${one.kind}`)}</th>
      <td class="number">
        ${own && all ? html`<b>${Math.round((100 * one.met) / all)}%</b> <span class="caption">${say("result_of", { n: one.met, of: all })}</span>` : "—"}
      </td>
      <td class="number">${own ? one.warned : "—"}</td>
      <td class="number">
        ${own && one.breached ? html`<a href="/desk/search?days=${this.days}&amp;sla=breached">${one.breached}</a>` : own ? 0 : "—"}
      </td>
      <td class="number">${own ? one.cancelled : "—"}</td>
      <td class="number">${spread(one.median_s, one.p90_s)}</td>
      <td class="number">${spread(one.median_open_s, one.p90_open_s)}</td>
    </tr>`;
  }

  protected override render(): TemplateResult {
    const found = this.found;
    return html`<section class="stack">
      <div class="row">
        <label for="levels-days">${say("results_days")}</label>
        <select
          class="input level-days"
          id="levels-days"
          @change=${(event: Event) => {
            this.days = Number((event.target as HTMLSelectElement).value) as 30;
            void this.load();
          }}
        >
          ${DAYS.map((days) => html`<option value=${days} ?selected=${days === this.days}>${say(`days_${days}`)}</option>`)}
        </select>
      </div>
      ${this.failed ? html`<p class="banner danger" role="alert">${say("load_failed")}</p>` : nothing}
      ${
        found
          ? html`<div class="table-scroll" role="region" tabindex="0" aria-label=${say("tab_results")}>
                <table class="table">
                  <thead>
                    <tr>
                      <th scope="col">${say("result_kind")}</th>
                      <th scope="col" class="number" title=${say("result_rate_help")}>${say("result_rate")}</th>
                      <th scope="col" class="number">${say("result_warned")}</th>
                      <th scope="col" class="number">${say("result_late")}</th>
                      <th scope="col" class="number" title=${say("result_given_up_help")}>${say("result_given_up")}</th>
                      <th scope="col" class="number">${say("result_wall")}</th>
                      <th scope="col" class="number">${say("result_open")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${[...found.kinds, found.reaction].map((one) => this.row(one))}
                  </tbody>
                </table>
              </div>
              <p class="caption">${say("result_rate_help")}。${say("result_note")}</p>`
          : nothing
      }
    </section>`;
  }
}
