/** How figures between 0 and 1 went from run to run, as lines, with the same numbers as a table. */
import { html, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import type uPlot from "uplot";
import { dayAndTime, say } from "./i18n";
import { axis, colour, PlotElement } from "./plot";

export interface HistoryLine {
  label: string;
  values: (number | null)[];
  /** The same values as they are written. */
  written: string[];
}

export interface History {
  /** When each run was, oldest first. */
  dates: string[];
  lines: HistoryLine[];
  /** The picture in a sentence, for those who don't see it. */
  words: string;
}

export class HistoryPlot extends PlotElement {
  @property({ attribute: false }) history: History | null = null;

  protected get numbers(): uPlot.AlignedData | null {
    const { dates = [], lines = [] } = this.history ?? {};
    if (dates.length < 2) return null;
    return [dates.map((_, place) => place + 1), ...lines.map((line) => line.values)];
  }

  protected get options(): Omit<uPlot.Options, "width" | "height"> {
    const lines = (this.history?.lines ?? []).map((line, place) => ({
      label: line.label,
      stroke: colour(`--c${place + 1}`),
      width: 2,
      points: { show: true, size: 6 },
    }));
    return {
      scales: { x: { time: false }, y: { range: [0, 1.05] } },
      series: [{ label: say("plot_run") }, ...lines],
      axes: [
        { ...axis(), incrs: [1, 2, 5, 10] },
        { ...axis(), size: 48 },
      ],
    };
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("history")) this.draw();
  }

  override render(): TemplateResult {
    const history = this.history;
    if (!history || history.dates.length < 2) return html``;
    return html`<div class="plot-canvas" role="img" aria-label=${history.words}></div>
      <details>
        <summary>${say("plot_table")}</summary>
        <div class="table-scroll">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">${say("plot_when")}</th>
                ${history.lines.map((line) => html`<th scope="col" class="number">${line.label}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${history.dates.map(
                (date, place) =>
                  html`<tr>
                    <td>${dayAndTime(new Date(date))}</td>
                    ${history.lines.map((line) => html`<td class="number">${line.written[place]}</td>`)}
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </details>`;
  }
}

customElements.define("history-plot", HistoryPlot);

declare global {
  interface HTMLElementTagNameMap {
    "history-plot": HistoryPlot;
  }
}
