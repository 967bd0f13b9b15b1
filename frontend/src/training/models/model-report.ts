/** The page of an evaluation: whether the gate lets the version through, and what it says where the live one says else. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { outcome } from "../comparison/outcome";
import { COMPARISONS, type Comparison, type Outcome } from "../comparison/types";
import { attempt, type Paged } from "../datasets/types";
import { bars, figures, questions, rules } from "./report-parts";
import { MODELS, named, say, type Evaluation, type JudgedRow, type Model } from "./types";

const KINDS = ["", "corrected", "held_out", "old", "refusal", "trigger"] as const;

export class ModelReport extends PartElement {
  @property() evaluationId = "";
  @property({ attribute: false }) models: Model[] = [];
  @state() private evaluation: Evaluation | null = null;
  @state() private rows: JudgedRow[] = [];
  @state() private next: string | null = null;
  @state() private kind = "";
  @state() private onlyChanged = false;
  @state() private heard: Outcome | null = null;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("evaluationId")) void this.load();
  }

  private async load(): Promise<void> {
    await attempt(async () => {
      this.evaluation = await ask<Evaluation>(`${MODELS}/evaluations/${this.evaluationId}`);
      await this.choose(this.kind);
      await this.hear();
    });
  }

  /** What people said, once a blind comparison of these answers is closed. */
  private async hear(): Promise<void> {
    const path = `${COMPARISONS}?evaluation_id=${this.evaluationId}&limit=20`;
    const closed = (await ask<Paged<Comparison>>(path)).items.find((one) => one.closed_at !== null);
    if (closed) this.heard = await ask<Outcome>(`${COMPARISONS}/${closed.comparison_id}/result`);
  }

  private async choose(kind: string): Promise<void> {
    this.kind = kind;
    this.rows = [];
    this.next = null;
    await this.more();
  }

  private async more(): Promise<void> {
    const cursor = this.next ? `&cursor=${this.next}` : "";
    const kind = this.kind ? `&kind=${this.kind}` : "";
    await attempt(async () => {
      const path = `${MODELS}/evaluations/${this.evaluationId}/rows?limit=50${kind}${cursor}`;
      const page = await ask<Paged<JudgedRow>>(path);
      this.rows = [...this.rows, ...page.items];
      this.next = page.next_cursor;
    });
  }

  private nameOf(id: string | null): string {
    return this.models.find((one) => one.model_id === id)?.name ?? say("own_model");
  }

  private filters(): TemplateResult {
    return html`<div class="learn-row">
      <h2 class="title-15">${say("question")}</h2>
      <label class="field-inline push"
        ><span class="visually-hidden">${say("kind")}</span>
        <select
          class="input learn-short"
          @change=${(event: Event) => void this.choose((event.target as HTMLSelectElement).value)}
        >
          ${KINDS.map(
            (kind) =>
              html`<option value=${kind} ?selected=${kind === this.kind}>
                ${kind ? named("kind", kind) : say("all_kinds")}
              </option>`,
          )}
        </select></label
      >
      <label class="learn-row"
        ><input
          type="checkbox"
          .checked=${this.onlyChanged}
          @change=${(event: Event) => (this.onlyChanged = (event.target as HTMLInputElement).checked)}
        />
        ${say("only_changed")}</label
      >
    </div>`;
  }

  override render(): TemplateResult {
    const evaluation = this.evaluation;
    if (!evaluation) return html`<div class="skeleton run-skeleton" aria-busy="true"></div>`;
    const names = { now: this.nameOf(evaluation.against_id), new: this.nameOf(evaluation.model_id) };
    const shown = this.onlyChanged ? this.rows.filter((row) => row.now?.right !== row.new?.right) : this.rows;
    return html`<header class="page-head">
        <div>
          <a class="caption" href="/admin/models">‹ ${say("title")}</a>
          <h1 class="title-20">${say("report_of", { name: names.new })}</h1>
          <div class="caption">
            ${say("against", { name: names.now })} · ${evaluation.created_by} ·
            <span class="figures">${dayAndTime(new Date(evaluation.created_at))}</span>
          </div>
        </div>
      </header>
      <div class="page-body stack">
        ${evaluation.error ? html`<p class="danger-text">${evaluation.error.message}</p>` : nothing}
        <div class="report-columns">
          <div class="stack">${rules(evaluation)}</div>
          ${bars(evaluation, names)}
        </div>
        ${this.heard ? outcome(this.heard) : nothing} ${figures(evaluation)} ${this.filters()} ${questions(shown)}
        ${
          this.next
            ? html`<button class="button learn-short" @click=${() => void this.more()}>${say("more")}</button>`
            : nothing
        }
      </div>`;
  }
}

customElements.define("model-report", ModelReport);

declare global {
  interface HTMLElementTagNameMap {
    "model-report": ModelReport;
  }
}
