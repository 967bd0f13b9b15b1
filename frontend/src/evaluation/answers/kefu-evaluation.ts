/** The page of answer evaluation: start a run, its history as curves and a table, and one run in detail. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ClipboardCheck, Play } from "lucide";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";
import type { QuestionSet } from "../types";
import { AnswerRunDetails } from "./answer-run-details";
import "./answer-cache";
import "../../shared/history-plot";
import { historyOf } from "./answers-history";
import { API, figure, figureName, say, shown, type AnswerRun, type Said } from "./types";

const LOOK_EVERY_MS = 1_500;
const TONES = { queued: "", running: "accent", done: "ok", failed: "danger", cancelled: "" } as const;
const COLUMNS = ["right", "citation_precision", "grounded", "refusal_recall", "false_answer", "ms_p50"] as const;

export class KefuEvaluation extends PartElement {
  @state() private sets: QuestionSet[] = [];
  @state() private runs: AnswerRun[] | null = null;
  @state() private names: string[] = [];
  @state() private name = "";
  @state() private chosen = "";
  @state() private failed = false;
  @state() private problem = "";
  private timer = 0;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.chosen = new URLSearchParams(location.search).get("run") ?? "";
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private get may(): boolean {
    return "mayWrite" in this.dataset;
  }

  /** Fetches the runs again, and while one is under way keeps looking. */
  private async load(): Promise<void> {
    clearTimeout(this.timer);
    const wasRunning = this.runs?.find((run) => run.run_id === this.chosen)?.state;
    try {
      this.sets = (await ask<{ items: QuestionSet[] }>("/api/v1/regression/sets")).items;
      this.names = (await ask<{ items: string[] }>(`${API}/names`)).items;
      const of = this.name ? `&name=${encodeURIComponent(this.name)}` : "";
      this.runs = (await ask<{ items: AnswerRun[] }>(`${API}?limit=50${of}`)).items;
      if (!this.runs.some((run) => run.run_id === this.chosen)) this.chosen = this.runs[0]?.run_id ?? "";
      this.failed = false;
    } catch {
      this.failed = true;
    }
    const now = this.runs?.find((run) => run.run_id === this.chosen)?.state;
    if (wasRunning && now !== wasRunning) await this.querySelector<AnswerRunDetails>("answer-run-details")?.load();
    const alive = this.runs?.some((run) => run.state === "queued" || run.state === "running");
    if (alive && this.isConnected) this.timer = window.setTimeout(() => void this.load(), LOOK_EVERY_MS);
  }

  private async start(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const body = new FormData(form);
    const file = body.get("file");
    if (!(file instanceof File) || file.size === 0) body.delete("file");
    if (!body.get("set_id")) body.delete("set_id");
    this.problem = "";
    try {
      const run = await ask<AnswerRun>(API, { method: "POST", body });
      this.chosen = run.run_id;
      form.reset();
      toast(say("started"));
    } catch (problem) {
      this.problem = problem instanceof Problem ? problem.detail : say("unreachable");
    }
    await this.load();
  }

  private async cancel(run: AnswerRun): Promise<void> {
    await ask(`${API}/${run.run_id}/cancel`, { method: "POST" }).catch((problem: unknown) => {
      toast(problem instanceof Problem ? problem.detail : say("unreachable"), "alert");
    });
    await this.load();
  }

  private form(): TemplateResult {
    return html`<form class="card answer-start" @submit=${(event: SubmitEvent) => void this.start(event)}>
      <div class="field">
        <label for="answer-set">${say("choose_set")}</label>
        <select class="input" id="answer-set" name="set_id">
          ${this.sets.length ? nothing : html`<option value="">${say("no_sets")}</option>`}
          ${this.sets.map(
            (one) =>
              html`<option value=${one.set_id}>${say("set_count", { name: one.name, n: one.questions })}</option>`,
          )}
        </select>
      </div>
      <div class="field">
        <label for="answer-file">${say("choose_file")}</label>
        <input id="answer-file" type="file" name="file" accept=".jsonl" aria-describedby="answer-file-help" />
        <span class="help" id="answer-file-help">${say("file_help")}</span>
      </div>
      <button class="button primary">${icon(Play)} ${say("start")}</button>
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
    </form>`;
  }

  private row(run: AnswerRun): TemplateResult {
    const alive = run.state === "queued" || run.state === "running";
    const words = say(`state_${run.state}`, { done: run.done, total: run.questions });
    const cause = `cause_${run.cause}` as Said;
    return html`<tr aria-selected=${run.run_id === this.chosen}>
      <td>
        <button class="link-button" @click=${() => (this.chosen = run.run_id)}>
          ${dayAndTime(new Date(run.created_at))}
        </button>
        ${run.error ? html`<div class="danger-text">${run.error}</div>` : nothing}
      </td>
      <td>${run.name} <span class="caption">${say(cause)}</span></td>
      <td>
        <span class="badge ${TONES[run.state]}">${words}</span>
        ${
          alive && this.may && run.job_id
            ? html`<button class="button ghost small" @click=${() => void this.cancel(run)}>${say("cancel")}</button>`
            : nothing
        }
      </td>
      ${COLUMNS.map((name) => html`<td class="number">${shown(name, figure(run, name))}</td>`)}
    </tr>`;
  }

  private table(runs: AnswerRun[]): TemplateResult {
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("runs")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("when")}</th>
            <th scope="col">${say("name")}</th>
            <th scope="col">${say("state")}</th>
            ${COLUMNS.map((name) => html`<th scope="col" class="number">${figureName(name)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${runs.map((run) => this.row(run))}
        </tbody>
      </table>
    </div>`;
  }

  private history(runs: AnswerRun[]): TemplateResult {
    const chosen = runs.find((run) => run.run_id === this.chosen);
    const finished = runs.filter((run) => run.state === "done" && run.name === chosen?.name);
    const pick = (event: Event) => {
      this.name = (event.target as HTMLSelectElement).value;
      void this.load();
    };
    return html`<div class="row">
        <label for="answer-names">${say("show")}</label>
        <select class="input answer-names" id="answer-names" @change=${pick}>
          <option value="">${say("all_names")}</option>
          ${this.names.map((name) => html`<option value=${name} ?selected=${name === this.name}>${name}</option>`)}
        </select>
      </div>
      <history-plot .history=${historyOf([...finished].reverse())}></history-plot>
      ${this.table(runs)}
      ${this.chosen ? html`<answer-run-details .run=${this.chosen} .others=${finished}></answer-run-details>` : nothing}`;
  }

  private body(): TemplateResult {
    if (this.failed) return html`<div class="state"><h2>${say("failed")}</h2></div>`;
    if (!this.runs) return html`<div class="stack" aria-busy="true"><span class="skeleton"></span></div>`;
    if (this.runs.length === 0)
      return html`<div class="state">
        <span class="state-mark">${icon(ClipboardCheck, 20)}</span>
        <h2>${say("empty")}</h2>
        <p>${say("empty_next")}</p>
      </div>`;
    return this.history(this.runs);
  }

  override render(): TemplateResult {
    return html`<header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">${say("subtitle")}</div>
        </div>
      </header>
      <div class="page-body stack">
        ${this.may ? this.form() : nothing}
        <answer-cache ?data-may-write=${this.may}></answer-cache>
        ${this.body()}
      </div>`;
  }
}

customElements.define("kefu-evaluation", KefuEvaluation);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-evaluation": KefuEvaluation;
  }
}
