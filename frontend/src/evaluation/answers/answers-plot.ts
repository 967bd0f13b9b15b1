/** How the runs of one name went over time, drawn by uPlot in the page's own colours, with the numbers as a table. */
import { html, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import uPlot from "uplot";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { figure, figureName, say, shown, type AnswerRun } from "./types";

const HEIGHT = 200;
const LINES = ["right", "citation_precision", "grounded", "refusal_recall", "false_answer"] as const;

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export class AnswersPlot extends PartElement {
  /** Finished runs of one name, oldest first. */
  @property({ attribute: false }) runs: AnswerRun[] = [];
  private plot: uPlot | null = null;
  private readonly watcher = new ResizeObserver(() => this.plot?.setSize({ width: this.clientWidth, height: HEIGHT }));

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end();
  }

  private end(): void {
    this.watcher.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  private get numbers(): uPlot.AlignedData {
    return [this.runs.map((_, place) => place + 1), ...LINES.map((name) => this.runs.map((run) => figure(run, name)))];
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has("runs")) return;
    if (this.runs.length < 2) {
      this.end();
      return;
    }
    if (this.plot) {
      this.plot.setData(this.numbers);
      return;
    }
    const axis = { stroke: colour("--text-3"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    const lines = LINES.map((name, place) => ({
      label: figureName(name),
      stroke: colour(`--c${place + 1}`),
      width: 2,
      points: { show: true, size: 6 },
    }));
    this.plot = new uPlot(
      {
        width: this.clientWidth,
        height: HEIGHT,
        scales: { x: { time: false }, y: { range: [0, 1.05] } },
        series: [{ label: say("plot_run") }, ...lines],
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
      from: shown("right", figure(first, "right")),
      to: shown("right", figure(last, "right")),
    });
    return html`<div class="runs-canvas" role="img" aria-label=${words}></div>
      <details>
        <summary>${say("as_table")}</summary>
        <div class="table-scroll">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">${say("when")}</th>
                ${LINES.map((name) => html`<th scope="col" class="number">${figureName(name)}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${this.runs.map(
                (run) =>
                  html`<tr>
                    <td>${dayAndTime(new Date(run.created_at))}</td>
                    ${LINES.map((name) => html`<td class="number">${shown(name, figure(run, name))}</td>`)}
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </details>`;
  }
}

customElements.define("answers-plot", AnswersPlot);

declare global {
  interface HTMLElementTagNameMap {
    "answers-plot": AnswersPlot;
  }
}
