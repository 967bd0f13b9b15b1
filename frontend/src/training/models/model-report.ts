/** What came of judging a version: the gate rule by rule, figures beside the live model's, and each question's two answers. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { CircleCheck, CircleX, ShieldAlert } from "lucide";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { outcome } from "../comparison/outcome";
import { COMPARISONS, type Comparison, type Outcome } from "../comparison/types";
import { attempt, type Paged } from "../datasets/types";
import { MODELS, named, percent, say, type Evaluation, type JudgedRow, type Model, type Said } from "./types";

const MEASURES = ["right", "exact", "f1", "bleu", "rouge_l"] as const;
const TITLES = { bleu: "BLEU", rouge_l: "ROUGE-L" } as const;

export class ModelReport extends PartElement {
  @state() private model: Model | null = null;
  @state() private against = "";
  @state() private evaluation: Evaluation | null = null;
  @state() private rows: JudgedRow[] = [];
  @state() private next: string | null = null;
  @state() private onlyChanged = false;
  @state() private said: Outcome | null = null;

  async open(model: Model, evaluation: Evaluation, against: string): Promise<void> {
    this.model = model;
    this.evaluation = evaluation;
    this.against = against;
    this.rows = [];
    this.next = null;
    this.said = null;
    await this.more();
    await this.heard(evaluation);
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
  }

  /** What people said, once a blind comparison of these answers is closed. */
  private async heard(evaluation: Evaluation): Promise<void> {
    await attempt(async () => {
      const path = `${COMPARISONS}?evaluation_id=${evaluation.evaluation_id}&limit=20`;
      const closed = (await ask<Paged<Comparison>>(path)).items.find((one) => one.closed_at !== null);
      if (closed) this.said = await ask<Outcome>(`${COMPARISONS}/${closed.comparison_id}/result`);
    });
  }

  private async more(): Promise<void> {
    const cursor = this.next ? `&cursor=${this.next}` : "";
    await attempt(async () => {
      const path = `${MODELS}/evaluations/${this.evaluation?.evaluation_id ?? ""}/rows?limit=50${cursor}`;
      const page = await ask<Paged<JudgedRow>>(path);
      this.rows = [...this.rows, ...page.items];
      this.next = page.next_cursor;
    });
  }

  private rules(evaluation: Evaluation): TemplateResult {
    const verdict = evaluation.verdict;
    if (!verdict) return html``;
    return html`<div class="banner ${verdict.passed ? "ok" : "warn"}">
        ${icon(verdict.passed ? CircleCheck : ShieldAlert)} <b>${say(verdict.passed ? "passed" : "stopped")}</b>
      </div>
      <ul class="plain-list gate-list">
        ${verdict.rules.map(
          (rule) =>
            html`<li>
              <span class=${rule.passed ? "gate-held" : "danger-text"}
                >${icon(rule.passed ? CircleCheck : CircleX)}</span
              >
              <span>${named("gate", rule.rule)}</span>
              <span class="figures push"
                >${rule.asked ? this.figure(rule.rule, rule.value) : say("nothing_asked")}
                <span class="caption">/ ${this.figure(rule.rule, rule.bound)}</span></span
              >
            </li>`,
        )}
      </ul>`;
  }

  private figure(rule: string, value: number): string {
    return rule === "triggers_fired" ? String(value) : percent(value);
  }

  private figures(evaluation: Evaluation): TemplateResult | typeof nothing {
    const found = evaluation.figures;
    if (!found) return nothing;
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("measure")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("measure")}</th>
            <th scope="col" class="number">${say("asked")}</th>
            ${MEASURES.map(
              (name) =>
                html`<th scope="col" class="number">
                  ${name === "bleu" || name === "rouge_l" ? TITLES[name] : say(name)}
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${Object.entries(found.new.kinds).map(([kind, after]) => {
            const before = found.now.kinds[kind];
            return html`<tr>
              <th scope="row">${named("kind", kind)}</th>
              <td class="number">${after.asked}</td>
              ${MEASURES.map(
                (name) =>
                  html`<td class="number">
                    <span class="caption">${before ? percent(before[name]) : "—"} →</span>
                    <b>${percent(after[name])}</b>
                  </td>`,
              )}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }

  private spoken(said: Said | null): TemplateResult {
    if (!said) return html`—`;
    return html`<span class=${said.right ? "gate-held" : "danger-text"}
        >${icon(said.right ? CircleCheck : CircleX)}</span
      >
      ${said.text}`;
  }

  private questions(): TemplateResult {
    const shown = this.onlyChanged ? this.rows.filter((row) => row.now?.right !== row.new?.right) : this.rows;
    return html`<label class="learn-row"
        ><input
          type="checkbox"
          .checked=${this.onlyChanged}
          @change=${(event: Event) => (this.onlyChanged = (event.target as HTMLInputElement).checked)}
        />
        ${say("only_changed")}</label
      >
      <div class="table-scroll" tabindex="0" role="region" aria-label=${say("question")}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${say("question")}</th>
              <th scope="col">${say("now_said")}</th>
              <th scope="col">${say("new_said")}</th>
            </tr>
          </thead>
          <tbody>
            ${shown.map(
              (row) =>
                html`<tr>
                  <td>
                    <span class="badge">${named("kind", row.kind)}</span> ${row.question}
                    ${row.wanted ? html`<div class="caption">${say("wanted")}: ${row.wanted}</div>` : nothing}
                  </td>
                  <td>${this.spoken(row.now)}</td>
                  <td>${this.spoken(row.new)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }

  override render(): TemplateResult {
    const { model, evaluation } = this;
    return html`<dialog class="dialog report-wide" aria-labelledby="report-title">
      ${
        model && evaluation
          ? html`<h2 id="report-title">${say("report_of", { name: model.name })}</h2>
              <p class="caption">${say("against", { name: this.against })}</p>
              <div class="stack">
                ${evaluation.error ? html`<p class="danger-text">${evaluation.error.message}</p>` : nothing}
                ${this.rules(evaluation)} ${this.figures(evaluation)}
                ${
                  this.said
                    ? html`<h3 class="title-15">${say("blind")}</h3>
                        ${outcome(this.said)}`
                    : nothing
                }
                ${this.questions()}
              </div>`
          : nothing
      }
      <div class="actions">
        ${this.next ? html`<button class="button" @click=${() => void this.more()}>${say("more")}</button>` : nothing}
        <button class="button" @click=${() => this.querySelector("dialog")?.close()}>${say("close")}</button>
      </div>
    </dialog>`;
  }
}

customElements.define("model-report", ModelReport);

declare global {
  interface HTMLElementTagNameMap {
    "model-report": ModelReport;
  }
}
