/** The loss curve of a run, drawn by uPlot in the page's own colours, with the same numbers as a table. */
import { html, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import uPlot from "uplot";
import training from "../../texts/training.json";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { sentences } from "../shared/i18n";

const say = sentences(training);
const HEIGHT = 240;

export interface Point {
  step: number;
  loss: number;
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export class LossPlot extends PartElement {
  @property({ attribute: false }) points: Point[] = [];
  private plot: uPlot | null = null;
  private readonly watcher = new ResizeObserver(() => this.fit());

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watcher.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  private get numbers(): uPlot.AlignedData {
    return [this.points.map((p) => p.step), this.points.map((p) => p.loss)];
  }

  private fit(): void {
    this.plot?.setSize({ width: this.clientWidth, height: HEIGHT });
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has("points") || this.points.length === 0) return;
    if (this.plot) {
      this.plot.setData(this.numbers);
      return;
    }
    const axis = { stroke: colour("--text-3"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    const options: uPlot.Options = {
      width: this.clientWidth,
      height: HEIGHT,
      scales: { x: { time: false } },
      legend: { live: true },
      series: [
        { label: say("steps") },
        { label: say("loss"), stroke: colour("--c1"), width: 2, points: { show: this.points.length < 3 } },
      ],
      axes: [axis, { ...axis, size: 56 }],
    };
    this.plot = new uPlot(options, this.numbers, part(this, ".loss-canvas", HTMLElement));
    this.watcher.observe(this);
  }

  override render(): TemplateResult {
    const first = this.points[0];
    const last = this.points.at(-1);
    if (!first || !last) return html`<p class="muted">${say("no_points")}</p>`;
    const words = say("loss_plot", {
      first: first.step,
      from: first.loss.toFixed(3),
      last: last.step,
      to: last.loss.toFixed(3),
    });
    return html`
      <div class="loss-canvas" role="img" aria-label=${words}></div>
      <details>
        <summary>${say("as_table")}</summary>
        <table class="table">
          <thead>
            <tr>
              <th scope="col" class="number">${say("steps")}</th>
              <th scope="col" class="number">${say("loss")}</th>
            </tr>
          </thead>
          <tbody>
            ${this.points.map(
              (p) =>
                html`<tr>
                  <td class="number">${p.step}</td>
                  <td class="number">${p.loss.toFixed(4)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </details>
    `;
  }
}

customElements.define("loss-plot", LossPlot);

declare global {
  interface HTMLElementTagNameMap {
    "loss-plot": LossPlot;
  }
}
