/** The training page: runs with their progress, the loss curve of the chosen one, start, cancel, load when done. */
import { html, nothing, type TemplateResult } from "lit";
import { Activity, Play, TriangleAlert } from "lucide";
import training from "../../texts/training.json";
import { ask, Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { dayAndTime, say as sayShared, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { toast } from "../staff/toast";
import "./loss-plot";
import type { Point } from "./loss-plot";

const say = sentences(training);
const LOOK_EVERY_MS = 1_500;
const RUNS = "/api/v1/training/runs";
const TONES = { queued: "", running: "accent", succeeded: "ok", failed: "danger", cancelled: "" } as const;

interface Run {
  run_id: string;
  base_model: string;
  state: keyof typeof TONES;
  step: number;
  total_steps: number;
  resumed_from: number;
  loss: number | null;
  tokens_per_second: number | null;
  evaluation: Record<string, unknown> | null;
  error: { code: string; message: string } | null;
  created_by: string;
  created_at: string;
}

interface Page {
  items: Run[];
  next_cursor: string | null;
}

export class KefuTraining extends PartElement {
  private runs: Run[] | null = null;
  private chosen: string | null = null;
  private points: Point[] = [];
  private failed = false;
  private timer = 0;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private get run(): Run | undefined {
    return this.runs?.find((run) => run.run_id === this.chosen);
  }

  private async load(): Promise<void> {
    clearTimeout(this.timer);
    try {
      this.runs = (await ask<Page>(`${RUNS}?limit=50`)).items;
      this.chosen ??= this.runs[0]?.run_id ?? null;
      if (this.chosen) this.points = (await ask<{ items: Point[] }>(`${RUNS}/${this.chosen}/metrics`)).items;
      this.failed = false;
    } catch {
      this.failed = true;
    }
    const alive = this.failed || this.runs?.some((run) => run.state === "queued" || run.state === "running");
    if (alive && this.isConnected) this.timer = window.setTimeout(() => void this.load(), LOOK_EVERY_MS);
    this.requestUpdate();
  }

  private async order(path: string, done: (answer: { name?: string } | undefined) => string): Promise<void> {
    try {
      const answer = await ask<{ name?: string } | undefined>(path, { method: "POST", body: {} });
      toast(done(answer));
    } catch (error) {
      toast(error instanceof Problem && error.detail ? error.detail : sayShared("network"), "alert");
    }
    await this.load();
  }

  private pick(run: Run): void {
    this.chosen = run.run_id;
    this.points = [];
    void this.load();
  }

  private row(run: Run): TemplateResult {
    const share = run.total_steps ? run.step / run.total_steps : 0;
    return html`
      <tr aria-selected=${run.run_id === this.chosen ? "true" : "false"}>
        <td>
          <button class="link-button" @click=${() => this.pick(run)}>${run.run_id.slice(-8)}</button>
          ${
            run.error
              ? html`<div class="danger-text row-error">
                  ${run.error.message} <code class="mono">${run.error.code}</code>
                </div>`
              : nothing
          }
        </td>
        <td>
          <span class="badge ${TONES[run.state]}"><span class="dot"></span>${say(`state_${run.state}`)}</span>
        </td>
        <td class="run-steps">
          <span
            class="progress"
            role="progressbar"
            aria-label=${say("steps")}
            aria-valuenow=${Math.round(share * 100)}
            aria-valuetext="${run.step} / ${run.total_steps}"
            ><span style="width: ${share * 100}%"></span
          ></span>
          <span class="caption figures">${run.step} / ${run.total_steps}</span>
        </td>
        <td class="number">${run.loss?.toFixed(3) ?? "—"}</td>
        <td class="wide-only">${run.created_by}</td>
        <td class="wide-only figures">${dayAndTime(new Date(run.created_at))}</td>
      </tr>
    `;
  }

  private details(run: Run): TemplateResult {
    const open = run.state === "queued" || run.state === "running";
    const may = "mayStart" in this.dataset;
    const path = `${RUNS}/${run.run_id}`;
    return html`
      <section class="card stack" aria-label=${say("loss")}>
        <div class="row">
          <h2 class="title-15">${say("loss")}</h2>
          <span class="caption">
            ${say("base")} ${run.base_model}
            ${run.tokens_per_second ? say("speed_value", { n: Math.round(run.tokens_per_second) }) : nothing}
            ${run.resumed_from ? say("resumed", { n: run.resumed_from }) : nothing}
          </span>
          ${
            may && open
              ? html`<button
                  class="button push"
                  @click=${() => void this.order(`${path}/cancel`, () => say("state_cancelled"))}
                >
                  ${say("cancel")}
                </button>`
              : nothing
          }
          ${
            may && run.state === "succeeded"
              ? html`<button
                  class="button push"
                  @click=${() => void this.order(`${path}/serve`, (answer) => say("served", { name: answer?.name ?? "" }))}
                >
                  ${say("serve")}
                </button>`
              : nothing
          }
        </div>
        <loss-plot .points=${this.points}></loss-plot>
        ${
          run.evaluation
            ? html`<h3 class="title-13">${say("evaluation")}</h3>
                <dl class="run-evaluation">
                  ${Object.entries(run.evaluation).map(([name, value]) =>
                    typeof value === "number"
                      ? html`<dt>${name}</dt>
                          <dd class="figures">${value}</dd>`
                      : nothing,
                  )}
                </dl>`
            : nothing
        }
      </section>
    `;
  }

  private table(runs: Run[]): TemplateResult {
    return html`
      <div class="table-scroll">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${say("run")}</th>
              <th scope="col">${say("state")}</th>
              <th scope="col">${say("steps")}</th>
              <th scope="col" class="number">${say("loss")}</th>
              <th scope="col" class="wide-only">${say("by")}</th>
              <th scope="col" class="wide-only">${say("at")}</th>
            </tr>
          </thead>
          <tbody>
            ${runs.map((run) => this.row(run))}
          </tbody>
        </table>
      </div>
    `;
  }

  private body(): TemplateResult {
    if (this.failed)
      return html`<div class="state">
        <span class="state-mark danger">${icon(TriangleAlert, 20)}</span>
        <h2>${say("failed")}</h2>
      </div>`;
    if (!this.runs) return html`<div class="skeleton run-skeleton" aria-busy="true"></div>`;
    if (this.runs.length === 0)
      return html`<div class="state">
        <span class="state-mark">${icon(Activity, 20)}</span>
        <h2>${say("empty")}</h2>
        <p>${say("empty_next")}</p>
      </div>`;
    return html`${this.run ? this.details(this.run) : nothing} ${this.table(this.runs)}`;
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">${say("subtitle")}</div>
        </div>
        ${
          "mayStart" in this.dataset
            ? html`<button class="button primary push" @click=${() => void this.order(RUNS, () => say("started"))}>
                ${icon(Play)} ${say("start")}
              </button>`
            : nothing
        }
      </header>
      <div class="page-body stack">${this.body()}</div>
    `;
  }
}

customElements.define("kefu-training", KefuTraining);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-training": KefuTraining;
  }
}
