/** The runs of one source and the report of the chosen one: counts as filters, every address with its reason. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import {
  doneOf,
  isOpen,
  OUTCOMES,
  readable,
  say,
  SOURCES,
  type Entry,
  type Outcome,
  type Page,
  type Run,
  type Source,
} from "./types";

const TONES: Record<Outcome, string> = {
  added: "ok",
  changed: "info",
  unchanged: "",
  gone: "warn",
  skipped: "",
  failed: "danger",
};
const BUSY = ["queued", "parsing", "embedding"];

export class SourceReport extends PartElement {
  static override properties = { source: { attribute: false } };
  declare source: Source | null;
  private runs: Run[] = [];
  private chosen = "";
  private outcome: Outcome | "" = "";
  private entries: Entry[] | null = null;
  private next: string | null = null;
  private seen = "";

  constructor() {
    super();
    this.source = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("source") || !this.source) return;
    const before = changed.get("source") as Source | null | undefined;
    if (before?.source_id !== this.source.source_id) {
      this.chosen = this.outcome = "";
      this.entries = null;
      this.runs = [];
    }
    const run = this.source.last_run;
    const now = run ? `${this.source.source_id} ${run.run_id} ${run.state} ${doneOf(run)}` : "";
    if (now !== this.seen) void this.load();
    this.seen = now;
  }

  private get run(): Run | undefined {
    return this.runs.find((run) => run.run_id === this.chosen) ?? this.runs[0];
  }

  private async load(): Promise<void> {
    const source = this.source;
    if (!source) return;
    const page = await ask<Page<Run>>(`${SOURCES}/${source.source_id}/runs?limit=30`);
    if (this.source?.source_id !== source.source_id) return;
    this.runs = page.items;
    await this.loadEntries(null);
  }

  private async loadEntries(cursor: string | null): Promise<void> {
    const run = this.run;
    if (!run || !this.source) {
      this.requestUpdate();
      return;
    }
    const wanted = new URLSearchParams({ limit: "50" });
    if (this.outcome) wanted.set("outcome", this.outcome);
    if (cursor) wanted.set("cursor", cursor);
    const page = await ask<Page<Entry>>(`${SOURCES}/${this.source.source_id}/runs/${run.run_id}/entries?${wanted}`);
    this.entries = cursor ? [...(this.entries ?? []), ...page.items] : page.items;
    this.next = page.next_cursor;
    this.requestUpdate();
  }

  private show(outcome: Outcome | ""): void {
    this.outcome = outcome;
    void this.loadEntries(null);
  }

  private pick(event: Event): void {
    this.chosen = (event.target as HTMLSelectElement).value;
    this.outcome = "";
    void this.loadEntries(null);
  }

  private segment(run: Run): TemplateResult {
    const button = (outcome: Outcome | "", words: string, n: number) => html`
      <button aria-pressed=${this.outcome === outcome ? "true" : "false"} @click=${() => this.show(outcome)}>
        ${words} <span class="count">${n}</span>
      </button>
    `;
    return html`
      <div class="segment report-segment">
        ${button("", say("all"), doneOf(run) + run.waiting)}
        ${OUTCOMES.filter((outcome) => run[outcome] > 0).map((outcome) => button(outcome, say(`outcome_${outcome}`), run[outcome]))}
      </div>
    `;
  }

  private row(entry: Entry): TemplateResult {
    const web = /^https?:/.test(entry.address);
    const problem = entry.document_problem ?? entry.reason;
    const busy = entry.document_status !== null && BUSY.includes(entry.document_status);
    return html`
      <tr>
        <td class="report-outcome">
          <span class="badge ${entry.outcome ? TONES[entry.document_problem ? "failed" : entry.outcome] : ""}">
            <span class="dot"></span>${say(`outcome_${entry.outcome ?? "waiting"}`)}
          </span>
        </td>
        <td class="report-what">
          ${
            entry.document_id
              ? html`<a href="/admin/documents/${entry.document_id}">${entry.document_title ?? entry.address}</a>`
              : nothing
          }
          <div class="caption report-address">
            ${
              web
                ? html`<a href=${entry.address} target="_blank" rel="noopener noreferrer nofollow"
                    >${readable(entry.address)}</a
                  >`
                : entry.address
            }
            ${busy ? html`· ${say("reading_in")}` : nothing}
          </div>
          ${
            problem
              ? html`<div
                  class="row-error ${entry.outcome === "failed" || entry.document_problem ? "danger-text" : ""}"
                >
                  ${problem.message} <code class="mono">${problem.code}</code>
                </div>`
              : nothing
          }
        </td>
      </tr>
    `;
  }

  private table(): TemplateResult {
    if (!this.entries) return html`<div class="skeleton run-skeleton" aria-busy="true"></div>`;
    if (this.entries.length === 0) return html`<p class="caption report-none">${say("nothing_here")}</p>`;
    return html`
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("state")}</th>
            <th scope="col">${say("address")}</th>
          </tr>
        </thead>
        <tbody>
          ${this.entries.map((entry) => this.row(entry))}
        </tbody>
      </table>
      ${this.next ? html`<div class="table-foot"><button class="button" @click=${() => void this.loadEntries(this.next)}>${say("more")}</button></div>` : nothing}
    `;
  }

  override render(): TemplateResult | typeof nothing {
    const run = this.run;
    if (!this.source || !run) return nothing;
    const by = (one: Run) => (one.by_hand ? one.started_by : say("by_schedule"));
    return html`
      <section class="card report" aria-labelledby="report-title">
        <header class="row report-head">
          <h2 class="title-15" id="report-title">${say("report", { name: this.source.name })}</h2>
          <select
            class="input report-runs push"
            aria-label=${say("runs")}
            @change=${(event: Event) => this.pick(event)}
          >
            ${this.runs.map(
              (one) =>
                html`<option value=${one.run_id} ?selected=${one.run_id === run.run_id}>
                  ${say("run_at", { at: dayAndTime(new Date(one.created_at)), by: by(one) })}
                </option>`,
            )}
          </select>
        </header>
        ${run.error ? html`<p class="banner danger">${run.error.message} <code class="mono">${run.error.code}</code></p>` : nothing}
        ${run.capped ? html`<p class="banner warn">${say("capped")}</p>` : nothing}
        ${!run.complete && !isOpen(run) ? html`<p class="banner warn">${say("incomplete")}</p>` : nothing}
        ${this.segment(run)} ${this.table()}
      </section>
    `;
  }
}

customElements.define("source-report", SourceReport);
