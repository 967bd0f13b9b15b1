/** Importing FAQs: a file, its report row by row, and only then the button that writes it. */
import { html, nothing, type TemplateResult } from "lit";
import { ArrowLeft, CircleCheck, CloudUpload, Download, TriangleAlert } from "lucide";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { followJob, type Job } from "../../staff/jobs";
import { importHistory } from "./import-history";
import { say } from "./parts";
import type { Facts, Import, ReportRow, RowKind } from "./types";

const KINDS: RowKind[] = ["added", "changed", "contradiction", "duplicate", "bad", "unchanged"];
const TONES: Record<RowKind, string> = {
  added: "ok",
  changed: "accent",
  contradiction: "danger",
  duplicate: "warn",
  bad: "danger",
  unchanged: "",
};

export class KefuFaqImport extends PartElement {
  private current: Import | null = null;
  private recent: Import[] = [];
  private facts: Facts | null = null;
  private rows: ReportRow[] | null = null;
  private next: string | null = null;
  private kind: RowKind = "added";
  private job: Job | null = null;
  private begun = 0;
  private unfollow: (() => void) | null = null;
  private error = "";
  private busy = false;
  private over = false;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unfollow?.();
  }

  private async begin(): Promise<void> {
    try {
      const [facts, recent] = await Promise.all([
        ask<Facts>("/api/v1/faqs/facts"),
        ask<{ items: Import[] }>("/api/v1/faqs/imports"),
      ]);
      this.facts = facts;
      this.recent = recent.items;
      const wanted = new URLSearchParams(location.search).get("import");
      if (wanted) await this.open(await ask<Import>(`/api/v1/faqs/imports/${wanted}`));
    } catch (error) {
      this.complain(error);
    }
    this.requestUpdate();
  }

  private complain(error: unknown): void {
    this.error = error instanceof Problem && error.status ? error.detail : sayShared("network");
    this.requestUpdate();
  }

  private async send(file: File | undefined): Promise<void> {
    if (!file || this.busy) return;
    this.busy = true;
    this.error = "";
    this.requestUpdate();
    const body = new FormData();
    body.append("file", file);
    const base = this.querySelector<HTMLSelectElement>("[name=base_id]")?.value;
    if (base) body.append("base_id", base);
    try {
      await this.open(await ask<Import>("/api/v1/faqs/imports", { method: "POST", body, timeoutMs: 600_000 }));
    } catch (error) {
      this.complain(error);
    }
    this.busy = false;
    this.requestUpdate();
  }

  private async open(record: Import): Promise<void> {
    this.current = record;
    history.replaceState(null, "", `?import=${record.import_id}`);
    this.job = null;
    if ((record.state === "reading" || record.state === "writing") && record.job_id) this.follow(record.job_id);
    else await this.pick(KINDS.find((kind) => record.counts[kind]) ?? "added");
    this.requestUpdate();
  }

  private follow(jobId: string): void {
    this.unfollow?.();
    this.begun = Date.now();
    this.unfollow = followJob(jobId, (job, over) => {
      this.job = job;
      if (over) void this.reload();
      this.requestUpdate();
    });
  }

  private async reload(): Promise<void> {
    if (!this.current) return;
    try {
      await this.open(await ask<Import>(`/api/v1/faqs/imports/${this.current.import_id}`));
      this.error = this.current.error?.message ?? "";
    } catch (error) {
      this.complain(error);
    }
    this.requestUpdate();
  }

  private async pick(kind: RowKind, cursor: string | null = null): Promise<void> {
    if (!this.current) return;
    this.kind = kind;
    if (!cursor) this.rows = null;
    this.requestUpdate();
    const query = new URLSearchParams({ kind, limit: "50", ...(cursor ? { cursor } : {}) });
    try {
      const page = await ask<{ items: ReportRow[]; next_cursor: string | null }>(
        `/api/v1/faqs/imports/${this.current.import_id}/rows?${query}`,
      );
      this.rows = cursor ? [...(this.rows ?? []), ...page.items] : page.items;
      this.next = page.next_cursor;
    } catch (error) {
      this.rows = [];
      this.complain(error);
    }
    this.requestUpdate();
  }

  private async confirm(record: Import): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.error = "";
    this.requestUpdate();
    try {
      const body = { revision: record.revision };
      await this.open(
        await ask<Import>(`/api/v1/faqs/imports/${record.import_id}/confirm`, {
          method: "POST",
          body,
          timeoutMs: 120_000,
        }),
      );
    } catch (error) {
      const outdated = error instanceof Problem && error.code === "faq_import_outdated";
      if (outdated) await this.reload();
      this.complain(error);
    }
    this.busy = false;
    this.requestUpdate();
  }

  private restart(): void {
    this.current = null;
    this.rows = null;
    this.error = "";
    history.replaceState(null, "", location.pathname);
    void this.begin();
  }

  private dropZone(): TemplateResult {
    const hover = (over: boolean) => (event: DragEvent) => {
      event.preventDefault();
      this.over = over;
      this.requestUpdate();
    };
    const drop = (event: DragEvent) => {
      hover(false)(event);
      void this.send(event.dataTransfer?.files[0]);
    };
    const chosen = (event: Event) => {
      const input = event.currentTarget as HTMLInputElement;
      void this.send(input.files?.[0]);
      input.value = "";
    };
    const bases = this.facts?.bases ?? [];
    return html`
      <div
        class="drop-zone ${this.over ? "over" : ""}"
        aria-busy=${this.busy ? "true" : "false"}
        @dragover=${hover(true)}
        @dragleave=${hover(false)}
        @drop=${drop}
      >
        <span class="drop-zone-mark">${this.busy ? html`<span class="spinner"></span>` : icon(CloudUpload, 20)}</span>
        <div>
          <b>${say("import_drop")}</b>
          <button class="link-button" @click=${() => part(this, "input[type=file]", HTMLInputElement).click()}>
            ${say("choose")}
          </button>
          <div class="caption">${say("import_formats")}</div>
        </div>
        <select class="input filter-state push" name="base_id" aria-label=${say("import_into")}>
          ${bases.map((one) => html`<option value=${one.base_id}>${one.name}</option>`)}
        </select>
        <input type="file" accept=".csv,.tsv,.txt,.xlsx,.jsonl,.json,.ndjson" hidden @change=${chosen} />
      </div>
      ${this.recent.length ? importHistory(this.recent) : nothing}
    `;
  }

  private progress(record: Import): TemplateResult {
    const { done, total } = this.job?.progress ?? { done: 0, total: 0 };
    const share = total ? done / total : 0;
    const rate = done / Math.max(1, (Date.now() - this.begun) / 1000);
    const words = say(record.state === "reading" ? "reading" : "writing");
    return html`
      <section class="card stack" aria-live="polite">
        <div class="row">
          <b>${words}</b> <span class="caption">${record.file_name}</span>
          <span class="caption push figures">
            ${total ? say("job_progress", { done, total }) : nothing}
            ${total && done ? say("job_rate", { rate: Math.round(rate), seconds: Math.ceil((total - done) / rate) }) : nothing}
          </span>
        </div>
        <span
          class="progress ${total ? "" : "waiting"}"
          role="progressbar"
          aria-label=${words}
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${Math.round(share * 100)}
        >
          <span style="width: ${share * 100}%"></span>
        </span>
      </section>
    `;
  }

  private row(row: ReportRow): TemplateResult {
    return html`
      <tr>
        <td class="number">${row.row}</td>
        <td class="report-cell">
          <b>${row.questions[0] ?? "—"}</b>
          ${row.questions.length > 1 ? html`<span class="caption">${say("phrasings", { n: row.questions.length })}</span>` : nothing}
          ${
            row.before && row.kind === "changed"
              ? html`<div class="diff">
                  ${row.before.answer === row.answer ? nothing : html`<del>${row.before.answer}</del> <ins>${row.answer}</ins>`}
                  ${row.before.questions.filter((one) => !row.questions.includes(one)).map((one) => html`<del>${one}</del>`)}
                  ${row.questions.filter((one) => !row.before?.questions.includes(one)).map((one) => html`<ins>${one}</ins>`)}
                </div>`
              : html`<div class="caption clamp">${row.answer}</div>`
          }
        </td>
        <td>
          ${row.message ?? nothing}
          ${row.other_row ? html`<span class="caption">${say("clash", { n: row.other_row })}</span>` : nothing}
          ${row.faq_id ? html`<a href="/admin/faqs/${row.faq_id}">${say("show_entry")}</a>` : nothing}
        </td>
      </tr>
    `;
  }

  private report(record: Import): TemplateResult {
    const written = (record.counts.added ?? 0) + (record.counts.changed ?? 0);
    const done = record.state === "done";
    const told = done
      ? say("report_done", { added: record.counts.added ?? 0, changed: record.counts.changed ?? 0 })
      : written
        ? say("report_next", { n: written })
        : say("report_nothing");
    return html`
      <div class="banner ${done ? "ok" : "info"}">${done ? icon(CircleCheck) : nothing} ${told}</div>
      <div class="segment report-kinds" role="radiogroup" aria-label=${say("result")}>
        ${KINDS.map(
          (kind) =>
            html`<button
              role="radio"
              aria-checked=${kind === this.kind ? "true" : "false"}
              @click=${() => void this.pick(kind)}
            >
              ${say(`kind_${kind}`)} <span class="count">${record.counts[kind] ?? 0}</span>
            </button>`,
        )}
      </div>
      ${
        this.rows
          ? html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("report")}>
              <table class="table report-table">
                <thead>
                  <tr>
                    <th scope="col" class="number">${say("row")}</th>
                    <th scope="col"><span class="badge ${TONES[this.kind]}">${say(`kind_${this.kind}`)}</span></th>
                    <th scope="col">${say("reason")}</th>
                  </tr>
                </thead>
                <tbody>
                  ${this.rows.map((row) => this.row(row))}
                </tbody>
              </table>
            </div>`
          : html`<div class="stack list-skeleton" aria-busy="true"><span class="skeleton"></span></div>`
      }
      <div class="table-foot">
        ${this.next ? html`<button class="button" @click=${() => void this.pick(this.kind, this.next)}>${say("more")}</button>` : nothing}
        <a class="button push" href="/api/v1/faqs/imports/${record.import_id}/report.csv" download
          >${icon(Download)} ${say("download")}</a
        >
        <button class="button" @click=${() => this.restart()}>${say("other_file")}</button>
        ${
          done || !written
            ? nothing
            : html`<button
                class="button primary"
                aria-busy=${this.busy ? "true" : "false"}
                @click=${() => void this.confirm(record)}
              >
                ${say("confirm", { n: written })}
              </button>`
        }
      </div>
    `;
  }

  private content(): TemplateResult | typeof nothing {
    const record = this.current;
    if (!record)
      return this.facts
        ? this.dropZone()
        : this.error
          ? nothing
          : html`<span class="skeleton" aria-busy="true"></span>`;
    if (record.state === "reading" || record.state === "writing") return this.progress(record);
    if (record.state === "failed")
      return html`<button class="button" @click=${() => this.restart()}>${say("other_file")}</button>`;
    return this.report(record);
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head">
        <div>
          <a class="caption row" href="/admin/faqs">${icon(ArrowLeft, 14)} ${say("back")}</a>
          <h1 class="title-20">${say("import_title")}</h1>
          <div class="caption">${this.current?.file_name ?? nothing}</div>
        </div>
      </header>
      <div class="page-body stack">
        ${this.error ? html`<div class="banner danger" role="alert">${icon(TriangleAlert)} ${this.error}</div>` : nothing}
        ${this.content()}
      </div>
    `;
  }
}

customElements.define("kefu-faq-import", KefuFaqImport);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-faq-import": KefuFaqImport;
  }
}
