/** The base of our plots: drawn by uPlot in the page's own colours, as wide as the element, drawn anew when asked. */
import uPlot from "uplot";
import { part } from "./dom";
import { PartElement } from "./element";

export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** What both axes look like. */
export function axis(): uPlot.Axis {
  return { stroke: colour("--text-3"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
}

export abstract class PlotElement extends PartElement {
  protected readonly height: number = 200;
  private plot: uPlot | null = null;
  private readonly watcher = new ResizeObserver(() =>
    this.plot?.setSize({ width: this.clientWidth, height: this.height }),
  );

  /** The columns; null: there is nothing to draw yet. */
  protected abstract get numbers(): uPlot.AlignedData | null;

  protected abstract get options(): Omit<uPlot.Options, "width" | "height">;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.drop();
  }

  /** Takes the drawing away; the next `draw` begins anew, with the options of then. */
  protected drop(): void {
    this.watcher.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  /** Draws the numbers of now into `.plot-canvas`, which the element renders. */
  protected draw(): void {
    const numbers = this.numbers;
    if (!numbers) {
      this.drop();
      return;
    }
    if (this.plot) {
      this.plot.setData(numbers);
      return;
    }
    const size = { width: this.clientWidth, height: this.height };
    this.plot = new uPlot({ ...size, ...this.options }, numbers, part(this, ".plot-canvas", HTMLElement));
    this.watcher.observe(this);
  }
}
