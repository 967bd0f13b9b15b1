/** Choosing the threshold by what it costs: false answers against false refusals, as curves and as a table. */
import { html, nothing, svg, type TemplateResult } from "lit";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import { toast } from "../../staff/toast";
import { EMBEDDERS, nameOf, percent, say, type Embedder, type Point } from "./types";

const WIDTH = 400;
const HEIGHT = 150;

function line(points: Point[], widest: number, at: 1 | 2): string {
  return points
    .flatMap((point) => {
      const value = point[at];
      return value === null ? [] : [`${(point[0] / widest) * WIDTH},${HEIGHT - value * HEIGHT}`];
    })
    .join(" ");
}

export class ThresholdDialog extends PartElement {
  static override properties = { embedder: { attribute: false }, target: { state: true }, busy: { state: true } };
  declare embedder: Embedder;
  declare target: number;
  declare busy: boolean;

  constructor() {
    super();
    this.target = 2;
    this.busy = false;
  }

  open(embedder: Embedder): void {
    this.embedder = embedder;
    this.target = Math.round((embedder.target ?? 0.02) * 1000) / 10;
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  private async choose(body: { target: number } | { threshold: number }): Promise<void> {
    this.busy = true;
    try {
      const path = `${EMBEDDERS}/${this.embedder.embedder_id}/threshold`;
      const { threshold } = await ask<{ threshold: number }>(path, { method: "PUT", body });
      this.embedder = { ...this.embedder, threshold };
      toast(say("threshold_now", { n: threshold.toFixed(3) }));
    } catch (error) {
      toast(error instanceof Problem && error.detail ? error.detail : sayShared("network"), "alert");
    }
    this.busy = false;
  }

  private plot(points: Point[]): TemplateResult {
    const widest = Math.max(0.01, this.embedder.threshold, ...points.map((point) => point[0]));
    const now = (this.embedder.threshold / widest) * WIDTH;
    return html`
      <svg
        class="embed-plot"
        viewBox="0 0 ${WIDTH} ${HEIGHT}"
        role="img"
        aria-label=${say("plot")}
        preserveAspectRatio="none"
      >
        ${svg`<line class="now" x1=${now} x2=${now} y1="0" y2=${HEIGHT}></line>
          <polyline class="answers" points=${line(points, widest, 1)}></polyline>
          <polyline class="refusals" points=${line(points, widest, 2)}></polyline>`}
      </svg>
      <p class="caption embed-legend">
        <span><i class="answers"></i>${say("false_answers")}</span>
        <span><i class="refusals"></i>${say("false_refusals")}</span>
        <span><i class="now"></i>${say("in_force")} ${this.embedder.threshold.toFixed(3)}</span>
      </p>
    `;
  }

  private table(points: Point[]): TemplateResult {
    return html`
      <details>
        <summary>${say("as_table")}</summary>
        <div class="embed-points" tabindex="0" role="region" aria-label=${say("plot")}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col" class="number">${say("threshold")}</th>
                <th scope="col" class="number">${say("false_answers")}</th>
                <th scope="col" class="number">${say("false_refusals")}</th>
                <th scope="col">${say("actions")}</th>
              </tr>
            </thead>
            <tbody>
              ${points.map(
                (point) =>
                  html`<tr>
                    <td class="number">${point[0].toFixed(3)}</td>
                    <td class="number">${percent(point[1])}</td>
                    <td class="number">${point[2] === null ? "—" : percent(point[2])}</td>
                    <td>
                      <button
                        class="link-button"
                        ?disabled=${this.busy}
                        aria-label="${say("use_this")} ${point[0].toFixed(3)}"
                        @click=${() => void this.choose({ threshold: point[0] })}
                      >
                        ${say("use_this")}
                      </button>
                    </td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </details>
    `;
  }

  override render(): TemplateResult | typeof nothing {
    const embedder = this.embedder as Embedder | undefined;
    if (!embedder) return nothing;
    const { source, unanswerable = 0, answerable = 0 } = embedder.calibration;
    const told = source === "regression" ? "threshold_source_regression" : "threshold_source_calibrated";
    return html`
      <dialog class="dialog embed-wide" aria-labelledby="threshold-title">
        <h2 id="threshold-title">${say("threshold_of", { model: nameOf(embedder) })}</h2>
        <p>${say("threshold_text")}</p>
        ${
          embedder.points.length
            ? html`<p class="help">${say(told, { refuse: unanswerable, answer: answerable })}</p>
                ${this.plot(embedder.points)}
                <form
                  class="embed-target"
                  @submit=${(event: Event) => {
                    event.preventDefault();
                    void this.choose({ target: this.target / 100 });
                  }}
                >
                  <label for="embed-target">${say("target")}</label>
                  <input
                    id="embed-target"
                    class="input"
                    type="number"
                    min="0"
                    max="50"
                    step="0.1"
                    required
                    .value=${String(this.target)}
                    @input=${(event: Event) => (this.target = Number((event.target as HTMLInputElement).value))}
                  />
                  <span aria-hidden="true">%</span>
                  <button class="button" ?disabled=${this.busy}>${say("apply_target")}</button>
                </form>
                ${this.table(embedder.points)}`
            : html`<p class="help">${say("no_points")}</p>`
        }
        <div class="actions">
          <button class="button" @click=${() => this.querySelector("dialog")?.close()}>${say("close")}</button>
        </div>
      </dialog>
    `;
  }
}

customElements.define("threshold-dialog", ThresholdDialog);

declare global {
  interface HTMLElementTagNameMap {
    "threshold-dialog": ThresholdDialog;
  }
}
