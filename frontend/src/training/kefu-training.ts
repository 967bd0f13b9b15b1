/** The training page: the chosen run live above the list of runs; start, pause, resume, cancel. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { Activity, Pause, Play, Square } from "lucide";
import { ask } from "../shared/api";
import { part } from "../shared/dom";
import { dayAndTime } from "../shared/i18n";
import { icon } from "../shared/icons";
import { emptyState, faultState, waitingState } from "../shared/states";
import { confirmIn } from "../staff/confirm-dialog";
import { toast } from "../staff/toast";
import { attempt, type Paged } from "./datasets/types";
import { LearningPage } from "./learning-page";
import { MODELS, type Evaluation, type Model, type Rules } from "./models/types";
import { runDetail } from "./run-detail";
import { RunForm } from "./run-form";
import type { Beyond } from "./run-gate";
import type { Shown } from "./run-plot";
import "./training-schedule";
import { named, RUNS, say, TONES, type Curves, type Line, type Run } from "./types";

const LOOK_EVERY_MS = 1_500;

export class KefuTraining extends LearningPage {
  @state() private runs: Run[] | null = null;
  @state() private chosen: string | null = null;
  @state() private curves: Curves | null = null;
  @state() private lines: Line[] = [];
  @state() private beyond: Beyond = { rules: null, model: null, evaluation: null };
  @state() private shown: Shown = "loss";
  private timer = 0;
  private following = true;

  override connectedCallback(): void {
    super.connectedCallback();
    this.chosen = new URLSearchParams(location.search).get("run");
    this.addEventListener("run-started", () => {
      this.chosen = null;
      void this.load();
    });
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
      this.runs = (await ask<{ items: Run[] }>(`${RUNS}?limit=50`)).items;
      this.chosen ??= this.runs[0]?.run_id ?? null;
      const wanted = this.chosen;
      if (wanted) {
        const [curves, log] = await Promise.all([
          ask<Curves>(`${RUNS}/${wanted}/metrics`),
          ask<{ items: Line[] }>(`${RUNS}/${wanted}/log`),
        ]);
        if (wanted === this.chosen) {
          this.curves = curves;
          this.lines = log.items;
        }
        const beyond = await this.lookBeyond();
        if (wanted === this.chosen) this.beyond = beyond;
      }
      this.failed = false;
    } catch {
      this.failed = true;
    }
    const judged = this.beyond.evaluation?.state;
    const alive =
      judged === "queued" ||
      judged === "running" ||
      this.failed ||
      this.runs?.some((run) => run.state === "queued" || run.state === "running");
    if (alive && this.isConnected) this.timer = window.setTimeout(() => void this.load(), LOOK_EVERY_MS);
  }

  /** The gate's rules, and once there is an adapter: its version and what came of judging it. */
  private async lookBeyond(): Promise<Beyond> {
    const rules = await ask<Rules>(`${MODELS}/gate`);
    const id = this.run?.model_id;
    if (!id) return { rules, model: null, evaluation: null };
    const [models, found] = await Promise.all([
      ask<Paged<Model>>(`${MODELS}?kind=chat&limit=100`),
      ask<Paged<Evaluation>>(`${MODELS}/evaluations?model_id=${id}&limit=1`),
    ]);
    const model = models.items.find((one) => one.model_id === id) ?? null;
    return { rules, model, evaluation: found.items[0] ?? null };
  }

  /** The newest line of the log stays in sight, unless somebody scrolled away from it. */
  protected override willUpdate(): void {
    const log = this.querySelector(".run-log");
    this.following = !log || log.scrollHeight - log.scrollTop - log.clientHeight < 24;
  }

  protected override updated(): void {
    const log = this.querySelector(".run-log");
    if (log && this.following) log.scrollTop = log.scrollHeight;
  }

  private async order(run: Run, what: "pause" | "resume" | "cancel", done: string): Promise<void> {
    await attempt(async () => {
      await ask(`${RUNS}/${run.run_id}/${what}`, { method: "POST", body: {} });
      toast(done);
    });
    await this.load();
  }

  private async cancel(run: Run): Promise<void> {
    const question = { title: say("cancel_title"), text: say("cancel_text", { n: run.step }), action: say("cancel") };
    if (await confirmIn(this, question)) await this.order(run, "cancel", say("state_cancelled"));
  }

  private pick(run: Run): void {
    this.chosen = run.run_id;
    this.curves = null;
    this.lines = [];
    this.beyond = { ...this.beyond, model: null, evaluation: null };
    history.replaceState(null, "", `?run=${run.run_id}`);
    void this.load();
  }

  private actions(run: Run): TemplateResult {
    const open = run.state === "queued" || run.state === "running";
    const cut = run.state === "paused" || run.state === "failed" || run.state === "cancelled";
    return html`
      ${
        this.may && open
          ? html`<button class="button" @click=${() => void this.order(run, "pause", say("paused"))}>
                ${icon(Pause)} ${say("pause")}
              </button>
              <button class="button" @click=${() => void this.cancel(run)}>${icon(Square)} ${say("cancel")}</button>`
          : nothing
      }
      ${
        this.may && cut
          ? html`<button class="button" @click=${() => void this.order(run, "resume", say("resumed_now"))}>
              ${icon(Play)} ${say("resume")}
            </button>`
          : nothing
      }
      ${run.state === "succeeded" ? html`<a class="button" href="/admin/models">${say("to_models")}</a>` : nothing}
    `;
  }

  private row(run: Run): TemplateResult {
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
        <td class="number">${run.step} / ${run.total_steps}</td>
        <td class="number">${run.loss?.toFixed(3) ?? "—"}</td>
        <td class="wide-only">${run.created_by}</td>
        <td class="wide-only figures">${dayAndTime(new Date(run.created_at))}</td>
      </tr>
    `;
  }

  private table(runs: Run[]): TemplateResult {
    return html`
      <div class="table-scroll" tabindex="0" role="region" aria-label=${say("title")}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${say("run")}</th>
              <th scope="col">${say("state")}</th>
              <th scope="col" class="number">${say("steps")}</th>
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
    if (this.failed) return faultState(say("failed"));
    if (!this.runs) return waitingState();
    if (this.runs.length === 0) return emptyState(Activity, say("empty"), say("empty_next"));
    const run = this.run;
    const last = run && this.runs[this.runs.indexOf(run) + 1];
    return html`${
      run
        ? runDetail({
            run,
            last,
            curves: this.curves,
            lines: this.lines,
            beyond: this.beyond,
            shown: this.shown,
            show: (shown) => (this.shown = shown),
          })
        : nothing
    }
    ${this.table(this.runs)}`;
  }

  override render(): TemplateResult {
    const run = this.run;
    const about = run
      ? html`<span class="badge ${TONES[run.state]}"><span class="dot"></span>${say(`state_${run.state}`)}</span>
          ${run.run_id.slice(-8)} · ${named("stage", run.settings.stage)} · ${named("method", run.settings.method)} ·
          ${run.base_model.split("/").at(-1)} · ${run.created_by}`
      : say("subtitle");
    const start = html`<button
      class="button primary"
      @click=${() => void part(this, "run-form", RunForm).open(this.runs?.[0]?.settings)}
    >
      ${icon(Play)} ${say("start")}
    </button>`;
    return html`
      ${this.head(say("title"), about, html`${run ? this.actions(run) : nothing} ${this.may ? start : nothing}`)}
      <div class="page-body stack">${this.body()} <training-schedule ?may=${this.may}></training-schedule></div>
      <run-form></run-form>
    `;
  }
}

customElements.define("kefu-training", KefuTraining);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-training": KefuTraining;
  }
}
