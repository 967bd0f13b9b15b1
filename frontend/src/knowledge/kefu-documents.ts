/** The documents page: drop zone, the batch under way, and the table with filters, failures as sentences, delete. */
import { html, nothing, type TemplateResult } from "lit";
import { CloudUpload, FileText, Search, Trash2, TriangleAlert, Upload } from "lucide";
import documents from "../../texts/documents.json";
import { ask } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { dayAndTime, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { confirmIn } from "../staff/confirm-dialog";
import { toast } from "../staff/toast";
import { BUSY, kindOf, sizeOf, type DocumentItem, type DocumentStatus, type Page } from "./types";
import "./upload-batch";
import type { UploadBatch } from "./upload-batch";

const say = sentences(documents);
const STATES: DocumentStatus[] = ["queued", "parsing", "embedding", "ready", "failed"];
const TONES: Record<DocumentStatus, string> = {
  queued: "",
  parsing: "accent",
  embedding: "accent",
  ready: "ok",
  failed: "danger",
};
const AGAIN_S = 5;
const LOOK_EVERY_MS = 1_500;

export class KefuDocuments extends PartElement {
  private items: DocumentItem[] | null = null;
  private next: string | null = null;
  private failed = false;
  private query = "";
  private status: DocumentStatus | "" = "";
  private over = false;
  private timer = 0;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.addEventListener("documents-changed", () => this.soon(200));
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private get filtered(): boolean {
    return Boolean(this.query || this.status);
  }

  private soon(ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(), ms);
  }

  private address(cursor: string | null): string {
    const wanted = new URLSearchParams({ limit: "50" });
    if (this.query) wanted.set("q", this.query);
    if (this.status) wanted.set("status", this.status);
    if (cursor) wanted.set("cursor", cursor);
    return `/api/v1/documents?${wanted}`;
  }

  private async load(): Promise<void> {
    try {
      const page = await ask<Page<DocumentItem>>(this.address(null));
      const known = new Set(page.items.map((item) => item.document_id));
      const below = (this.items ?? []).slice(page.items.length).filter((item) => !known.has(item.document_id));
      const grown = this.next === null || !this.items || this.items.length <= page.items.length;
      this.items = grown ? page.items : [...page.items, ...below];
      if (grown) this.next = page.next_cursor;
      this.failed = false;
      if (this.items.some((item) => BUSY.includes(item.status))) this.soon(LOOK_EVERY_MS);
    } catch {
      this.failed = true;
      this.soon(AGAIN_S * 1000);
    }
    this.requestUpdate();
  }

  private async more(): Promise<void> {
    const page = await ask<Page<DocumentItem>>(this.address(this.next));
    this.items = [...(this.items ?? []), ...page.items];
    this.next = page.next_cursor;
    this.requestUpdate();
  }

  private filter(change: { query?: string; status?: DocumentStatus | "" }): void {
    this.query = change.query ?? this.query;
    this.status = change.status ?? this.status;
    this.items = null;
    this.soon(150);
    this.requestUpdate();
  }

  private send(files: FileList | null): void {
    if (files?.length) void part(this, "upload-batch", HTMLElement as new () => UploadBatch).send([...files]);
  }

  private async deleteAsked(item: DocumentItem): Promise<void> {
    const sure = await confirmIn(this, {
      title: say("delete_title", { title: item.title }),
      text: say("delete_text", { n: item.chunk_count }),
      action: say("delete_do", { n: item.chunk_count }),
    });
    if (!sure) return;
    await ask(`/api/v1/documents/${item.document_id}`, { method: "DELETE" });
    toast(say("deleted", { title: item.title }));
    await this.load();
  }

  private dropZone(): TemplateResult {
    const hover = (over: boolean) => (event: DragEvent) => {
      event.preventDefault();
      this.over = over;
      this.requestUpdate();
    };
    const drop = (event: DragEvent) => {
      hover(false)(event);
      this.send(event.dataTransfer?.files ?? null);
    };
    return html`
      <div
        class="drop-zone ${this.over ? "over" : ""}"
        @dragover=${hover(true)}
        @dragleave=${hover(false)}
        @drop=${drop}
      >
        <span class="drop-zone-mark">${icon(CloudUpload, 20)}</span>
        <div>
          <b>${say("drop")}</b>
          <button class="link-button" @click=${() => this.choose()}>${say("choose")}</button>
          <div class="caption">${say("formats", { limit: this.dataset["limitMb"] ?? "100" })}</div>
        </div>
        <input type="file" multiple hidden @change=${(event: Event) => this.chosen(event)} />
      </div>
    `;
  }

  private choose(): void {
    part(this, "input[type=file]", HTMLInputElement).click();
  }

  private chosen(event: Event): void {
    const input = event.currentTarget as HTMLInputElement;
    this.send(input.files);
    input.value = "";
  }

  private filters(): TemplateResult {
    const typed = (event: Event) => this.filter({ query: (event.target as HTMLInputElement).value });
    const picked = (event: Event) =>
      this.filter({ status: (event.target as HTMLSelectElement).value as DocumentStatus | "" });
    const n = this.items?.length ?? 0;
    return html`
      <div class="row filter-bar">
        <span class="input-with-icon">
          ${icon(Search)}
          <input
            class="input"
            type="search"
            .value=${this.query}
            placeholder=${say("search")}
            aria-label=${say("search")}
            @input=${typed}
          />
        </span>
        <select class="input filter-state" aria-label=${say("state")} @change=${picked}>
          <option value="">${say("all_states")}</option>
          ${STATES.map((state) => html`<option value=${state} ?selected=${state === this.status}>${say(`state_${state}`)}</option>`)}
        </select>
        <span class="caption push">${this.items ? say(this.next ? "count_more" : "count", { n }) : nothing}</span>
      </div>
    `;
  }

  private row(item: DocumentItem): TemplateResult {
    const kind = kindOf(item.file_name ?? item.title);
    const busy = BUSY.includes(item.status);
    const version = busy && item.version > 0 ? `v${item.version} → v${item.version + 1}` : `v${item.version || 1}`;
    return html`
      <tr>
        <td>
          <a class="row ellipsis" href="/admin/documents/${item.document_id}">
            <span class="kind ${kind.tone}">${kind.letters}</span><span class="ellipsis">${item.title}</span>
          </a>
          ${
            item.error
              ? html`<div class="danger-text row-error">
                  ${item.error.message} <code class="mono">${item.error.code}</code>
                </div>`
              : nothing
          }
        </td>
        <td>
          <span class="badge ${TONES[item.status]}">
            <span class=${busy && item.status !== "queued" ? "spinner" : "dot"}></span>${say(`state_${item.status}`)}
          </span>
        </td>
        <td class="number">${item.chunk_count || "—"}</td>
        <td>${version}</td>
        <td class="number wide-only">${item.size_bytes === undefined ? "—" : sizeOf(item.size_bytes)}</td>
        <td class="wide-only figures">${dayAndTime(new Date(item.updated_at))}</td>
        <td class="number">
          <button
            class="button ghost icon-only small"
            aria-label="${say("delete")} ${item.title}"
            title=${say("delete")}
            @click=${() => void this.deleteAsked(item)}
          >
            ${icon(Trash2)}
          </button>
        </td>
      </tr>
    `;
  }

  private table(items: DocumentItem[]): TemplateResult {
    return html`
      <div class="table-scroll">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${say("name")}</th>
              <th scope="col">${say("state")}</th>
              <th scope="col" class="number">${say("chunks")}</th>
              <th scope="col">${say("version")}</th>
              <th scope="col" class="number wide-only">${say("size")}</th>
              <th scope="col" class="wide-only">${say("updated")}</th>
              <th scope="col"><span class="visually-hidden">${say("actions")}</span></th>
            </tr>
          </thead>
          <tbody>
            ${items.map((item) => this.row(item))}
          </tbody>
        </table>
      </div>
      ${
        this.next
          ? html`<div class="table-foot">
              <button class="button" @click=${() => void this.more()}>${say("more")}</button>
            </div>`
          : nothing
      }
    `;
  }

  private list(): TemplateResult {
    if (this.items?.length) return this.table(this.items);
    if (this.failed) return this.state(icon(TriangleAlert, 20), say("fetch_failed", { seconds: AGAIN_S }), "", nothing);
    if (!this.items)
      return html`<div class="stack list-skeleton" aria-busy="true">
        ${[1, 2, 3].map(() => html`<span class="skeleton"></span>`)}
      </div>`;
    if (this.filtered)
      return this.state(
        icon(Search, 20),
        say("none_match"),
        say("none_match_next"),
        html`<button class="button" @click=${() => this.filter({ query: "", status: "" })}>${say("clear")}</button>`,
      );
    return this.state(
      icon(FileText, 20),
      say("empty"),
      say("empty_next"),
      html`<button class="button primary" @click=${() => this.choose()}>${icon(Upload)} ${say("upload")}</button>`,
    );
  }

  private state(
    mark: TemplateResult,
    title: string,
    next: string,
    action: TemplateResult | typeof nothing,
  ): TemplateResult {
    return html`
      <div class="state">
        <span class="state-mark">${mark}</span>
        <h2>${title}</h2>
        ${next ? html`<p>${next}</p>` : nothing}
        <div class="actions">${action}</div>
      </div>
    `;
  }

  override render(): TemplateResult {
    const chunks = (this.items ?? []).reduce((sum, item) => sum + item.chunk_count, 0);
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">
            ${this.items ? say("facts", { documents: `${this.items.length}${this.next ? "+" : ""}`, chunks }) : nothing}
          </div>
        </div>
        <button class="button primary push" @click=${() => this.choose()}>${icon(Upload)} ${say("upload")}</button>
      </header>
      <div class="page-body stack">
        ${this.dropZone()}
        <upload-batch></upload-batch>
        ${this.filters()} ${this.list()}
      </div>
    `;
  }
}

customElements.define("kefu-documents", KefuDocuments);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-documents": KefuDocuments;
  }
}
