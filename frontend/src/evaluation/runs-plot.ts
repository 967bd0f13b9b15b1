/** How the runs of a set went over time, drawn by uPlot in the page's own colours, with the same numbers as a table. */
import { html, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import uPlot from "uplot";
import regression from "../../texts/regression.json";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { dayAndTime, sentences } from "../shared/i18n";
import type { Run } from "./types";

const say = sentences(regression);
const HEIGHT = 180;
const LINES = ["recall_at_5", "mrr_at_10", "false_answers", "false_refusals"] as const;

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export class RunsPlot extends PartElement {
  /** Finished runs, oldest first. */
  @property({ attribute: false }) runs: Run[] = [];
  private plot: uPlot | null = null;
  private readonly watcher = new ResizeObserver(() => this.plot?.setSize({ width: this.clientWidth, height: HEIGHT }));

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watcher.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  private get numbers(): uPlot.AlignedData {
    return [
      this.runs.map((_, place) => place + 1),
      ...LINES.map((name) => this.runs.map((run) => run.figures?.[name] ?? null)),
    ];
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has("runs") || this.runs.length < 2) return;
    if (this.plot) {
      this.plot.setData(this.numbers);
      return;
    }
    const axis = { stroke: colour("--text-3"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    this.plot = new uPlot(
      {
        width: this.clientWidth,
        height: HEIGHT,
        scales: { x: { time: false }, y: { range: [0, 1.05] } },
        series: [
          { label: say("plot_run") },
          ...LINES.map((name, place) => ({
            label: say(name),
            stroke: colour(`--c${place + 1}`),
            width: 2,
            points: { show: true, size: 6 },
          })),
        ],
        axes: [
          { ...axis, incrs: [1, 2, 5, 10] },
          { ...axis, size: 48 },
        ],
      },
      this.numbers,
      part(this, ".runs-canvas", HTMLElement),
    );
    this.watcher.observe(this);
  }

  override render(): TemplateResult {
    const first = this.runs[0];
    const last = this.runs.at(-1);
    if (!first || !last || first === last) return html``;
    const words = say("plot", {
      n: this.runs.length,
      from: (first.figures?.["recall_at_5"] ?? 0).toFixed(2),
      to: (last.figures?.["recall_at_5"] ?? 0).toFixed(2),
    });
    return html`
      <div class="runs-canvas" role="img" aria-label=${words}></div>
      <details>
        <summary>${say("as_table")}</summary>
        <div class="table-scroll">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">${say("when")}</th>
                ${LINES.map((name) => html`<th scope="col" class="number">${say(name)}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${this.runs.map(
                (run) =>
                  html`<tr>
                    <td>${dayAndTime(new Date(run.created_at))}</td>
                    ${LINES.map((name) => html`<td class="number">${(run.figures?.[name] ?? 0).toFixed(3)}</td>`)}
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </details>
    `;
  }
}

customElements.define("runs-plot", RunsPlot);

declare global {
  interface HTMLElementTagNameMap {
    "runs-plot": RunsPlot;
  }
}
