/** The curves of a run, drawn by uPlot in the page's own colours, with the same numbers as a table. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import uPlot from "uplot";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { say, type Curves } from "./types";

const HEIGHT = 260;
export type Shown = "loss" | "margin" | "learning_rate" | "memory";

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function smoothed(values: number[]): number[] {
  let mean = values[0] ?? 0;
  return values.map((value) => (mean = mean * 0.7 + value * 0.3));
}

export class RunPlot extends PartElement {
  @property({ attribute: false }) curves: Curves | null = null;
  @property({ attribute: false }) resumes: number[] = [];
  @property({ attribute: false }) shown: Shown = "loss";
  private plot: uPlot | null = null;
  private readonly watcher = new ResizeObserver(() => this.plot?.setSize({ width: this.clientWidth, height: HEIGHT }));

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watcher.disconnect();
    this.drop();
  }

  private drop(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  private get numbers(): uPlot.AlignedData {
    const { items = [], validations = [] } = this.curves ?? {};
    if (this.shown === "margin") return this.margins;
    if (this.shown !== "loss")
      return [
        items.map((one) => one.step),
        items.map((one) => (this.shown === "memory" ? one.memory_mb / 1_000 : one.learning_rate)),
      ];
    const steps = [...new Set([...items, ...validations].map((one) => one.step))].sort((a, b) => a - b);
    const even = smoothed(items.map((one) => one.loss));
    const trained = new Map(items.map((one, place) => [one.step, [one.loss, even[place] ?? one.loss] as const]));
    const looked = new Map(validations.map((one) => [one.step, one.loss]));
    return [
      steps,
      steps.map((step) => trained.get(step)?.[0] ?? null),
      steps.map((step) => trained.get(step)?.[1] ?? null),
      steps.map((step) => looked.get(step) ?? null),
    ];
  }

  /** How far the chosen answer is ahead of the rejected one, on learnt and on watched pairs. */
  private get margins(): uPlot.AlignedData {
    const { items = [], validations = [] } = this.curves ?? {};
    const steps = [...new Set([...items, ...validations].map((one) => one.step))].sort((a, b) => a - b);
    const of = (found: { step: number; margin: number | null }[]) => {
      const known = new Map(found.map((one) => [one.step, one.margin]));
      return steps.map((step) => known.get(step) ?? null);
    };
    return [steps, of(items), of(validations)];
  }

  /** A dashed line wherever the run was taken up again. */
  private marks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = colour("--warn");
    ctx.setLineDash([4, 4]);
    for (const step of this.resumes) {
      const x = plot.valToPos(step, "x", true);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  private series(): uPlot.Series[] {
    const few = (this.curves?.items.length ?? 0) < 3;
    const watched = { stroke: colour("--c2"), width: 2, spanGaps: true, points: { show: true, size: 8 } };
    if (this.shown === "margin")
      return [
        { label: say("steps") },
        { label: say("loss_train"), stroke: colour("--c1"), width: 2, spanGaps: true, points: { show: few } },
        { label: say("loss_validation"), ...watched },
      ];
    if (this.shown !== "loss")
      return [
        { label: say("steps") },
        { label: say(this.shown), stroke: colour("--c1"), width: 2, points: { show: few } },
      ];
    return [
      { label: say("steps") },
      { label: say("loss_train"), stroke: colour("--line-2"), width: 1, spanGaps: true, points: { show: few } },
      { label: say("loss_smooth"), stroke: colour("--c1"), width: 2, spanGaps: true, points: { show: false } },
      { label: say("loss_validation"), ...watched },
    ];
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.curves?.items.length) {
      this.drop();
      return;
    }
    if (changed.has("shown")) this.drop();
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
      series: this.series(),
      axes: [axis, { ...axis, size: 64 }],
      hooks: { draw: [(plot) => this.marks(plot)] },
    };
    this.plot = new uPlot(options, this.numbers, part(this, ".loss-canvas", HTMLElement));
    this.watcher.observe(this);
  }

  override render(): TemplateResult {
    const { items = [], validations = [] } = this.curves ?? {};
    const first = items[0];
    const last = items.at(-1);
    if (!first || !last) return html`<p class="muted">${say("no_points")}</p>`;
    const looked = new Map(validations.map((one) => [one.step, one]));
    const pairs = items.some((one) => one.margin !== null);
    const margin = (step: number) => items.find((one) => one.step === step)?.margin ?? looked.get(step)?.margin;
    const words = say("plot_words", {
      name: say("loss_train"),
      first: first.step,
      from: first.loss.toFixed(3),
      last: last.step,
      to: last.loss.toFixed(3),
    });
    const steps = [...new Set([...items, ...validations].map((one) => one.step))].sort((a, b) => a - b);
    return html`
      <div class="loss-canvas" role="img" aria-label=${words}></div>
      <details>
        <summary>${say("as_table")}</summary>
        <div class="table-scroll learn-log" tabindex="0" role="region" aria-label=${say("as_table")}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col" class="number">${say("steps")}</th>
                <th scope="col" class="number">${say("loss_train")}</th>
                <th scope="col" class="number">${say("loss_validation")}</th>
                ${pairs ? html`<th scope="col" class="number">${say("margin")}</th>` : nothing}
              </tr>
            </thead>
            <tbody>
              ${steps.map(
                (step) =>
                  html`<tr>
                    <td class="number">${step}</td>
                    <td class="number">${items.find((one) => one.step === step)?.loss.toFixed(4) ?? "—"}</td>
                    <td class="number">${looked.get(step)?.loss.toFixed(4) ?? "—"}</td>
                    ${pairs ? html`<td class="number">${margin(step)?.toFixed(2) ?? "—"}</td>` : nothing}
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </details>
    `;
  }
}

customElements.define("run-plot", RunPlot);

declare global {
  interface HTMLElementTagNameMap {
    "run-plot": RunPlot;
  }
}
