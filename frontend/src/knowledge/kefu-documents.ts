/** The documents page: drop zone, the batch under way, filters, the table, and the foot with bulk actions. */
import { html, nothing, type TemplateResult } from "lit";
import { CloudUpload, FileText, FolderSync, Search, TriangleAlert, Upload } from "lucide";
import documents from "../../texts/documents.json";
import { ask } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import "./shelf/bulk-bar";
import { NONE, type Facts, type Filters } from "./shelf/shelf-filters";
import "./shelf/shelf-filters";
import type { Sort } from "./shelf/shelf-table";
import "./shelf/shelf-table";
import { TryUpload, type Wanted } from "./drafts/try-upload";
import type { Settings } from "./original/parse-form";
import { BUSY, type DocumentItem, type Page } from "./types";
import { UploadBatch } from "./upload-batch";

const say = sentences(documents);
const AGAIN_S = 5;
const LOOK_EVERY_MS = 1_500;
const TYPED_MS = 150;

export class KefuDocuments extends PartElement {
  private items: DocumentItem[] | null = null;
  private facts: Facts | null = null;
  private next: string | null = null;
  private failed = false;
  private filters: Filters = NONE;
  private sort: Sort = "updated";
  private rising = false;
  private chosen: ReadonlySet<string> = new Set();
  private over = false;
  private timer = 0;
  private asked = 0;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    const on = (name: string, act: (detail: never) => void) =>
      this.addEventListener(name, (event) => act((event as CustomEvent<never>).detail));
    on("documents-changed", () => this.soon(200));
    on("filters-changed", (change: Partial<Filters>) => this.filter(change));
    on("rows-chosen", (ids: ReadonlySet<string>) => {
      this.chosen = ids;
      this.requestUpdate();
    });
    on("sort-chosen", (sort: Sort) => this.order(sort));
    on("more-wanted", () => void this.more());
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private get filtered(): boolean {
    return Object.values(this.filters).some(Boolean);
  }

  private soon(ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(), ms);
  }

  private wanted(): URLSearchParams {
    return new URLSearchParams(Object.entries(this.filters).filter(([, value]) => value));
  }

  private address(cursor: string | null): string {
    const wanted = this.wanted();
    wanted.set("limit", "50");
    wanted.set("sort", this.sort);
    wanted.set("order", this.rising ? "asc" : "desc");
    if (cursor) wanted.set("cursor", cursor);
    return `/api/v1/documents?${wanted}`;
  }

  /** Everything shown is asked for again, page by page, so that no row shows what is over. */
  private async load(): Promise<void> {
    clearTimeout(this.timer);
    const asked = ++this.asked;
    try {
      const facts = ask<Facts>(`/api/v1/documents/facts?${this.wanted()}`);
      let page = await ask<Page<DocumentItem>>(this.address(null));
      const found = [...page.items];
      while (page.next_cursor && found.length < (this.items?.length ?? 0)) {
        page = await ask<Page<DocumentItem>>(this.address(page.next_cursor));
        found.push(...page.items);
      }
      const counted = await facts;
      if (asked !== this.asked) return;
      [this.items, this.next, this.facts, this.failed] = [found, page.next_cursor, counted, false];
      const there = new Set(found.map((item) => item.document_id));
      this.chosen = new Set([...this.chosen].filter((id) => there.has(id)));
      if (found.some((item) => BUSY.includes(item.status))) this.soon(LOOK_EVERY_MS);
    } catch {
      if (asked !== this.asked) return;
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

  private filter(change: Partial<Filters>): void {
    this.filters = { ...this.filters, ...change };
    this.items = null;
    this.soon(TYPED_MS);
    this.requestUpdate();
  }

  private order(sort: Sort): void {
    this.rising = sort === this.sort ? !this.rising : sort === "title" || sort === "valid_until";
    this.sort = sort;
    void this.load();
  }

  private send(files: Iterable<File> | null, settings: Settings | null = null): void {
    const chosen = [...(files ?? [])];
    if (!chosen.length) return;
    const base = this.querySelector<HTMLSelectElement>("#upload-base")?.value ?? "";
    void part(this, "upload-batch", UploadBatch).send(chosen, base, settings);
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
          <span class="muted" aria-hidden="true">·</span>
          <button class="link-button" @click=${() => void part(this, "try-upload", TryUpload).open()}>
            ${say("try_first")}
          </button>
          <div class="caption">${say("formats", { limit: this.dataset["limitMb"] ?? "100" })}</div>
        </div>
        ${this.bases()}
        <input type="file" multiple hidden @change=${(event: Event) => this.picked(event)} />
      </div>
    `;
  }

  private bases(): TemplateResult | typeof nothing {
    const bases = this.facts?.bases ?? [];
    if (bases.length < 2) return nothing;
    return html`<select class="input push upload-base" id="upload-base" aria-label=${say("into_base")}>
      ${bases.map((base) => html`<option value=${base.base_id}>${base.name}</option>`)}
    </select>`;
  }

  private choose(): void {
    part(this, "input[type=file]", HTMLInputElement).click();
  }

  private picked(event: Event): void {
    const input = event.currentTarget as HTMLInputElement;
    this.send(input.files);
    input.value = "";
  }

  private table(items: DocumentItem[]): TemplateResult {
    return html`
      <shelf-table .items=${items} .chosen=${this.chosen} .sort=${this.sort} .rising=${this.rising}></shelf-table>
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
        html`<button class="button" @click=${() => this.filter(NONE)}>${say("clear")}</button>`,
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

  private head(): TemplateResult {
    const facts = this.facts;
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">
            ${
              facts
                ? say("facts", { documents: facts.documents, chunks: facts.chunks, used: facts.used_today })
                : nothing
            }
          </div>
        </div>
        <div class="row push">
          ${
            document.querySelector('.side a[href="/admin/sources"]')
              ? html`<a class="button" href="/admin/sources">${icon(FolderSync)} ${say("sync")}</a>`
              : nothing
          }
          <button class="button primary" @click=${() => this.choose()}>${icon(Upload)} ${say("upload")}</button>
        </div>
      </header>
    `;
  }

  override render(): TemplateResult {
    const items = this.items ?? [];
    return html`
      ${this.head()}
      <div class="page-body stack shelf-body">
        ${this.dropZone()}
        <upload-batch></upload-batch>
        <try-upload
          @upload-wanted=${({ detail }: CustomEvent<Wanted>) => this.send([detail.file], detail.settings)}
        ></try-upload>
        <shelf-filters .filters=${this.filters} .facts=${this.facts}></shelf-filters>
        ${this.list()}
      </div>
      ${
        items.length
          ? html`<bulk-bar
              .chosen=${items.filter((item) => this.chosen.has(item.document_id))}
              .shown=${items.length}
              .matching=${this.facts?.matching ?? null}
              .more=${this.next !== null}
            ></bulk-bar>`
          : nothing
      }
    `;
  }
}

customElements.define("kefu-documents", KefuDocuments);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-documents": KefuDocuments;
  }
}
