/** The curves of a run: loss, learning rate, tokens a second or memory over the steps, with the numbers as a table. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import type uPlot from "uplot";
import { say as sayShared } from "../shared/i18n";
import { axis, colour, PlotElement } from "../shared/plot";
import { say, type Curves } from "./types";

export const PLOTS = ["loss", "margin", "learning_rate", "throughput", "memory"] as const;
export type Shown = (typeof PLOTS)[number];
type Metric = Curves["items"][number];
const VALUE: Record<Exclude<Shown, "loss" | "margin">, (one: Metric) => number> = {
  learning_rate: (one) => one.learning_rate,
  throughput: (one) => one.tokens_per_second,
  memory: (one) => one.memory_mb / 1_000,
};

function smoothed(values: number[]): number[] {
  let mean = values[0] ?? 0;
  return values.map((value) => (mean = mean * 0.7 + value * 0.3));
}

export class RunPlot extends PlotElement {
  @property({ attribute: false }) curves: Curves | null = null;
  @property({ attribute: false }) resumes: number[] = [];
  @property({ attribute: false }) shown: Shown = "loss";
  protected override readonly height = 260;

  private get steps(): number[] {
    const { items = [], validations = [] } = this.curves ?? {};
    return [...new Set([...items, ...validations].map((one) => one.step))].sort((a, b) => a - b);
  }

  protected get numbers(): uPlot.AlignedData | null {
    const { items = [], validations = [] } = this.curves ?? {};
    if (!items.length) return null;
    if (this.shown === "margin") return this.margins;
    if (this.shown !== "loss") return [items.map((one) => one.step), items.map(VALUE[this.shown])];
    const even = smoothed(items.map((one) => one.loss));
    const trained = new Map(items.map((one, place) => [one.step, [one.loss, even[place] ?? one.loss] as const]));
    const looked = new Map(validations.map((one) => [one.step, one.loss]));
    return [
      this.steps,
      this.steps.map((step) => trained.get(step)?.[0] ?? null),
      this.steps.map((step) => trained.get(step)?.[1] ?? null),
      this.steps.map((step) => looked.get(step) ?? null),
    ];
  }

  /** How far the chosen answer is ahead of the rejected one, on learnt and on watched pairs. */
  private get margins(): uPlot.AlignedData {
    const of = (found: { step: number; margin: number | null }[]) => {
      const known = new Map(found.map((one) => [one.step, one.margin]));
      return this.steps.map((step) => known.get(step) ?? null);
    };
    return [this.steps, of(this.curves?.items ?? []), of(this.curves?.validations ?? [])];
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

  private get series(): uPlot.Series[] {
    const points = { show: (this.curves?.items.length ?? 0) < 3 };
    const watched = { stroke: colour("--c2"), width: 2, spanGaps: true, points: { show: true, size: 8 } };
    if (this.shown === "margin")
      return [
        { label: say("steps") },
        { label: say("loss_train"), stroke: colour("--c1"), width: 2, spanGaps: true, points },
        { label: say("loss_validation"), ...watched },
      ];
    if (this.shown !== "loss")
      return [{ label: say("steps") }, { label: say(this.shown), stroke: colour("--c1"), width: 2, points }];
    return [
      { label: say("steps") },
      { label: say("loss_train"), stroke: colour("--line-2"), width: 1, spanGaps: true, points },
      { label: say("loss_smooth"), stroke: colour("--c1"), width: 2, spanGaps: true, points: { show: false } },
      { label: say("loss_validation"), ...watched },
    ];
  }

  protected get options(): Omit<uPlot.Options, "width" | "height"> {
    return {
      scales: { x: { time: false } },
      legend: { live: true },
      series: this.series,
      axes: [axis(), { ...axis(), size: 64 }],
      hooks: { draw: [(plot) => this.marks(plot)] },
    };
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("shown")) this.drop();
    this.draw();
  }

  private get pairs(): boolean {
    return this.curves?.items.some((one) => one.margin !== null) ?? false;
  }

  private row(step: number): TemplateResult {
    const one = this.curves?.items.find((item) => item.step === step);
    const looked = this.curves?.validations.find((found) => found.step === step);
    return html`<tr>
      <td class="number">${step}</td>
      <td class="number">${one?.loss.toFixed(4) ?? "—"}</td>
      <td class="number">${looked?.loss.toFixed(4) ?? "—"}</td>
      ${this.pairs ? html`<td class="number">${(one?.margin ?? looked?.margin)?.toFixed(2) ?? "—"}</td>` : nothing}
      <td class="number">${one?.learning_rate.toExponential(1) ?? "—"}</td>
      <td class="number">${one ? Math.round(one.tokens_per_second) : "—"}</td>
      <td class="number">${one?.memory_mb ? `${(one.memory_mb / 1_000).toFixed(1)} GB` : "—"}</td>
    </tr>`;
  }

  override render(): TemplateResult {
    const items = this.curves?.items ?? [];
    const first = items[0];
    const last = items.at(-1);
    if (!first || !last) return html`<p class="muted">${say("no_points")}</p>`;
    const words = say("plot_words", {
      name: say("loss_train"),
      first: first.step,
      from: first.loss.toFixed(3),
      last: last.step,
      to: last.loss.toFixed(3),
    });
    const heads = [
      say("steps"),
      say("loss_train"),
      say("loss_validation"),
      ...(this.pairs ? [say("margin")] : []),
      say("learning_rate"),
      say("throughput"),
      say("memory"),
    ];
    return html`
      <div class="plot-canvas" role="img" aria-label=${words}></div>
      <details>
        <summary>${sayShared("plot_table")}</summary>
        <div class="table-scroll learn-log" tabindex="0" role="region" aria-label=${sayShared("plot_table")}>
          <table class="table">
            <thead>
              <tr>
                ${heads.map((head) => html`<th scope="col" class="number">${head}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${this.steps.map((step) => this.row(step))}
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
