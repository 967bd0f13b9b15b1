/** The runs of a set: history, the chosen run with what broke and what was fixed. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { History } from "lucide";
import regression from "../../texts/regression.json";
import { ask } from "../shared/api";
import { PartElement } from "../shared/element";
import { dayAndTime, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import type { Question } from "./question-editor";
import "../shared/history-plot";
import { historyOf } from "./runs-history";
import type { Run } from "./types";

const say = sentences(regression);
type Said = keyof typeof regression;
const RUNS = "/api/v1/evaluations";
const LOOK_EVERY_MS = 1_500;
const TONES = { queued: "", running: "accent", done: "ok", failed: "danger", cancelled: "" } as const;
const FIGURES = ["recall_at_1", "recall_at_5", "mrr_at_10", "false_answers", "false_refusals"] as const;

interface Row {
  position: number;
  question: Question;
  asked: boolean;
  passed: boolean;
  problems: string[];
  ranks: Record<string, number>;
  outcome: string;
  answer: string;
  first: string;
  change: "broken" | "fixed" | "new" | "";
}

interface Details {
  run: Run;
  broken: number;
  fixed: number;
  rows: Row[];
}

export class RegressionRuns extends PartElement {
  @property() set = "";
  @state() private runs: Run[] | null = null;
  @state() private details: Details | null = null;
  @state() private failed = false;
  private timer = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("set")) {
      this.details = null;
      void this.load();
    }
  }

  /** Fetches the runs again, and while one is under way keeps looking. */
  async load(): Promise<void> {
    clearTimeout(this.timer);
    try {
      const chosen = this.set ? `&set_id=${this.set}` : "";
      this.runs = (await ask<{ items: Run[] }>(`${RUNS}?limit=30${chosen}`)).items;
      const open = this.details?.run.run_id ?? this.runs[0]?.run_id;
      if (open) this.details = await ask<Details>(`${RUNS}/${open}`);
      this.failed = false;
    } catch {
      this.failed = true;
    }
    const alive = this.runs?.some((run) => run.state === "queued" || run.state === "running");
    if (alive && this.isConnected) this.timer = window.setTimeout(() => void this.load(), LOOK_EVERY_MS);
  }

  private async open(run: Run): Promise<void> {
    this.details = await ask<Details>(`${RUNS}/${run.run_id}`);
  }

  private gate(run: Run): TemplateResult {
    if (!run.verdict) return html`<span class="caption">${say("gate_none")}</span>`;
    const passes = run.verdict.passes;
    return html`<span class="badge ${passes ? "ok" : "danger"}">${say(passes ? "gate_passes" : "gate_stops")}</span>`;
  }

  private row(run: Run): TemplateResult {
    const words = say(`state_${run.state}`, { done: run.done, total: run.questions });
    return html`<tr aria-selected=${run.run_id === this.details?.run.run_id}>
      <td>
        <button class="link-button" @click=${() => void this.open(run)}>${dayAndTime(new Date(run.created_at))}</button>
        ${run.error ? html`<div class="danger-text">${run.error}</div>` : nothing}
      </td>
      <td>${say(`cause_${run.cause}` as Said)} <span class="caption">${run.set_name || say("all_sets")}</span></td>
      <td><span class="badge ${TONES[run.state]}">${words}</span></td>
      <td class="number">${run.figures ? `${run.figures["passed"]} / ${run.figures["questions"]}` : "—"}</td>
      ${FIGURES.map((name) => html`<td class="number">${run.figures?.[name]?.toFixed(2) ?? "—"}</td>`)}
      <td>${this.gate(run)}</td>
    </tr>`;
  }

  private table(runs: Run[]): TemplateResult {
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("tab_runs")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("when")}</th>
            <th scope="col">${say("cause")}</th>
            <th scope="col">${say("state")}</th>
            <th scope="col" class="number">${say("passed")}</th>
            ${FIGURES.map((name) => html`<th scope="col" class="number">${say(name)}</th>`)}
            <th scope="col">${say("tab_gate")}</th>
          </tr>
        </thead>
        <tbody>
          ${runs.map((run) => this.row(run))}
        </tbody>
      </table>
    </div>`;
  }

  private result(row: Row): TemplateResult {
    const rank = (stage: string) => row.ranks[stage] ?? "—";
    const problems = row.problems.map((code) => say(`problem_${code}` as Said)).join(say("separator"));
    return html`<tr>
      <td>
        <a href="/admin/hit-test?q=${encodeURIComponent(row.question.text)}">${row.question.text}</a>
        ${row.question.must ? html`<span class="badge">${say("must")}</span>` : nothing}
        ${row.question.must_refuse ? html`<span class="badge">${say("must_refuse")}</span>` : nothing}
      </td>
      <td>
        <span class="badge ${row.passed ? "ok" : row.asked ? "danger" : ""}">
          ${row.passed ? say("ok") : row.asked ? problems : say("waiting")}
        </span>
        ${
          row.change
            ? html`<span class="badge ${row.change === "broken" ? "danger" : "info"}"
                >${say(`change_${row.change}`)}</span
              >`
            : nothing
        }
      </td>
      <td class="figures">
        ${
          row.question.expected.length
            ? say("ranks_value", { final: rank("reranked"), lexical: rank("lexical"), vector: rank("vector") })
            : "—"
        }
      </td>
      <td class="run-answer">${row.answer || row.first}</td>
    </tr>`;
  }

  private chosen(details: Details): TemplateResult {
    const order = { broken: 0, fixed: 2, new: 3, "": 3 };
    const rows = [...details.rows].sort(
      (a, b) => order[a.change] + (a.passed ? 1 : 0) - order[b.change] - (b.passed ? 1 : 0) || a.position - b.position,
    );
    return html`<section
      class="card run-details"
      aria-label=${say("details", { when: dayAndTime(new Date(details.run.created_at)) })}
    >
      <div class="row">
        <h2 class="title-15">${say("details", { when: dayAndTime(new Date(details.run.created_at)) })}</h2>
        ${details.broken ? html`<span class="badge danger">${say("broken", { n: details.broken })}</span>` : nothing}
        ${details.fixed ? html`<span class="badge info">${say("fixed", { n: details.fixed })}</span>` : nothing}
        ${
          details.run.finished_at
            ? html`<a class="push" href="${RUNS}/${details.run.run_id}/result?format=csv" download
                >${say("download")}</a
              >`
            : nothing
        }
      </div>
      ${
        details.run.verdict
          ? html`<ul class="run-reasons">
              ${details.run.verdict.sentences.map((sentence) => html`<li>${sentence}</li>`)}
            </ul>`
          : nothing
      }
      <div class="table-scroll" tabindex="0" role="region" aria-label=${say("result")}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${say("question")}</th>
              <th scope="col">${say("result")}</th>
              <th scope="col">${say("ranks")}</th>
              <th scope="col">${say("answer")}</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => this.result(row))}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  override render(): TemplateResult {
    if (this.failed) return html`<div class="state"><h2>${say("failed")}</h2></div>`;
    if (!this.runs) return html`<div class="stack" aria-busy="true"><span class="skeleton"></span></div>`;
    if (this.runs.length === 0)
      return html`<div class="state">
        <span class="state-mark">${icon(History, 20)}</span>
        <h2>${say("no_runs")}</h2>
        <p>${say("no_runs_next")}</p>
      </div>`;
    const done = this.runs.filter((run) => run.state === "done" && Object.keys(run.options).length === 0).reverse();
    return html`<div class="stack">
      <history-plot .history=${historyOf(done)}></history-plot>
      ${this.table(this.runs)} ${this.details ? this.chosen(this.details) : nothing}
    </div>`;
  }
}

customElements.define("regression-runs", RegressionRuns);

declare global {
  interface HTMLElementTagNameMap {
    "regression-runs": RegressionRuns;
  }
}
