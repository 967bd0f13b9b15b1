/** The page of one document: its head, the tabs, and original and chunks side by side. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ChevronRight, History, RefreshCw } from "lucide";
import documents from "../../../texts/documents.json";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import "../../staff/row-menu";
import { bulk, deleteAsked, ownerAsked, tagsAsked } from "../shelf/doings";
import { stateBadge, versionOf } from "../shelf/document-state";
import { BUSY, type DocumentItem, type Page } from "../types";
import "./chunk-list";
import { say, type Chunk } from "./chunks";
import "./document-card";
import "./document-uses";
import "./document-versions";

const sayDocuments = sentences(documents);
const TABS = ["chunks", "uses", "versions", "card", "settings"] as const;
type Tab = (typeof TABS)[number];
const LOOK_EVERY_MS = 1_500;
const TYPED_MS = 200;

export class KefuDocument extends PartElement {
  @state() private item: DocumentItem | null = null;
  @state() private chunks: Chunk[] = [];
  @state() private next: string | null = null;
  @state() private tab: Tab = "chunks";
  @state() private selected: string | null = null;
  @state() private query = "";
  @state() private usesOf: Chunk | null = null;
  @state() private side: "original" | "chunks" = "chunks";
  @state() private failed = false;
  private timer = 0;
  private typing = 0;

  private get documentId(): string {
    return this.dataset["documentId"] ?? "";
  }

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    const wanted = new URLSearchParams(location.search).get("tab") as Tab | null;
    if (wanted && TABS.includes(wanted)) this.tab = wanted;
    this.listen();
    void this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private listen(): void {
    const on = (name: string, act: (detail: never) => void) =>
      this.addEventListener(name, (event) => act((event as CustomEvent<never>).detail));
    on("chunk-chosen", ({ chunk_id }: { chunk_id: string }) => (this.selected = chunk_id));
    on("chunks-changed", () => void this.load());
    on("chunks-more", () => void this.more());
    on("document-changed", () => void this.load());
    on("uses-wanted", (chunk: Chunk | null) => {
      this.usesOf = chunk;
      this.show("uses");
    });
    on("chunk-search", (query: string) => {
      this.query = query;
      clearTimeout(this.typing);
      this.typing = window.setTimeout(() => void this.loadChunks(), TYPED_MS);
    });
  }

  private async start(): Promise<void> {
    await this.load();
    const wanted = /^#c-([0-9a-f-]{36})$/.exec(location.hash)?.[1];
    if (!wanted) return;
    while (this.next && !this.chunks.some((chunk) => chunk.chunk_id === wanted)) await this.more();
    this.selected = wanted;
  }

  private async load(): Promise<void> {
    clearTimeout(this.timer);
    try {
      this.item = await ask<DocumentItem>(`/api/v1/documents/${this.documentId}`);
      await this.loadChunks();
      this.failed = false;
      if (BUSY.includes(this.item.status)) this.timer = window.setTimeout(() => void this.load(), LOOK_EVERY_MS);
    } catch {
      this.failed = true;
    }
  }

  private address(cursor: string | null): string {
    const wanted = new URLSearchParams({ limit: "100" });
    if (this.query) wanted.set("q", this.query);
    if (cursor) wanted.set("cursor", cursor);
    return `/api/v1/documents/${this.documentId}/chunks?${wanted}`;
  }

  /** All chunks that were shown before, so that nothing below jumps away after an edit. */
  private async loadChunks(): Promise<void> {
    const shown = this.query ? 0 : this.chunks.length;
    let page = await ask<Page<Chunk>>(this.address(null));
    const found = [...page.items];
    while (page.next_cursor && found.length < shown) {
      page = await ask<Page<Chunk>>(this.address(page.next_cursor));
      found.push(...page.items);
    }
    this.chunks = found;
    this.next = page.next_cursor;
  }

  private async more(): Promise<void> {
    const page = await ask<Page<Chunk>>(this.address(this.next));
    this.chunks = [...this.chunks, ...page.items];
    this.next = page.next_cursor;
  }

  private show(tab: Tab): void {
    this.tab = tab;
    const address = new URL(location.href);
    address.searchParams.set("tab", tab);
    history.replaceState(null, "", address);
  }

  private keys(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const to = TABS[(TABS.indexOf(this.tab) + step + TABS.length) % TABS.length] ?? "chunks";
    this.show(to);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#tab-${to}`)?.focus());
  }

  private async did(doing: Promise<boolean>): Promise<void> {
    await doing;
    await this.load();
  }

  private menu(item: DocumentItem): TemplateResult {
    const off = Boolean(item.disabled_at);
    const gone = async () => {
      if (await deleteAsked(this, [item])) location.assign("/admin/documents");
    };
    const items = [
      {
        words: sayDocuments(off ? "do_enable" : "do_disable"),
        act: () => void this.did(bulk([item], { action: off ? "enable" : "disable" })),
      },
      { words: sayDocuments("do_tags"), act: () => void this.did(tagsAsked(this, [item])) },
      { words: sayDocuments("do_owner"), act: () => void this.did(ownerAsked(this, [item])) },
      { words: sayDocuments("delete"), danger: true, act: () => void gone() },
    ];
    return html`<row-menu .label=${say("more_actions")} .items=${items}></row-menu>`;
  }

  private head(item: DocumentItem): TemplateResult {
    const counts: Partial<Record<Tab, number>> = { chunks: item.chunk_count, uses: item.answers_30d };
    return html`
      <header class="page-head document-head">
        <div>
          <nav class="caption row" aria-label=${sayDocuments("title")}>
            <a href="/admin/documents">${sayDocuments("title")}</a> ${icon(ChevronRight, 14)}
            <span>${item.base_name}</span>
          </nav>
          <div class="row document-title">
            <h1 class="title-20">${item.title}</h1>
            ${stateBadge(item)} <span class="badge">${versionOf(item)}</span>
            ${item.tags.map((tag) => html`<span class="badge">${tag}</span>`)}
          </div>
        </div>
        <div class="row push">
          <button class="button" @click=${() => this.show("versions")}>
            ${icon(History)} ${say("versions_and_back")}
          </button>
          <button class="button" @click=${() => this.show("settings")}>${icon(RefreshCw)} ${say("reparse")}</button>
          ${this.menu(item)}
        </div>
      </header>
      ${
        item.error
          ? html`<p class="banner danger document-error">
              ${item.error.message} <code class="mono">${item.error.code}</code>
            </p>`
          : nothing
      }
      ${
        item.remarks.length && !item.error
          ? html`<details class="banner warn document-error document-remarks" ?open=${item.remarks.length < 4}>
              <summary>${sayDocuments("remarks_title", { n: item.remarks.length })}</summary>
              <ul>
                ${item.remarks.map(
                  ({ code, message, name }) =>
                    html`<li>
                      ${name ? html`<b>${name}</b> ` : nothing}${message} <code class="mono">${code}</code>
                    </li>`,
                )}
              </ul>
            </details>`
          : nothing
      }
      <div class="tabs document-tabs" role="tablist" @keydown=${(event: KeyboardEvent) => this.keys(event)}>
        ${TABS.map(
          (tab) =>
            html`<button
              role="tab"
              id="tab-${tab}"
              aria-selected=${tab === this.tab}
              aria-controls="document-panel"
              tabindex=${tab === this.tab ? 0 : -1}
              @click=${() => this.show(tab)}
            >
              ${say(`tab_${tab}`)}
              ${counts[tab] === undefined ? nothing : html`<span class="count">${counts[tab]}</span>`}
            </button>`,
        )}
      </div>
    `;
  }

  private original(item: DocumentItem): TemplateResult {
    return html`<section class="pane original" aria-label=${say("original")}>
      <kefu-document-original
        .documentId=${item.document_id}
        .version=${item.version}
        .pageCount=${item.page_count}
        .selected=${this.selected}
      ></kefu-document-original>
    </section>`;
  }

  private sides(item: DocumentItem): TemplateResult {
    const choice = (side: "original" | "chunks") =>
      html`<button role="radio" aria-checked=${this.side === side} @click=${() => (this.side = side)}>
        ${say(side === "original" ? "show_original" : "show_chunks")}
      </button>`;
    return html`
      <div class="segment side-choice" role="radiogroup" aria-label=${say("panes")}>
        ${choice("original")} ${choice("chunks")}
      </div>
      <div class="panes show-${this.side}">
        ${this.original(item)}
        <section class="pane" aria-label=${say("tab_chunks")}>
          <chunk-list
            .documentId=${item.document_id}
            .chunks=${this.chunks}
            .selected=${this.selected}
            .query=${this.query}
            .more=${this.next !== null}
            .nextVersion=${`${item.version}.${item.edits + 1}`}
            .questions=${this.dataset["questions"] === "true"}
          ></chunk-list>
        </section>
      </div>
    `;
  }

  private panel(item: DocumentItem): TemplateResult {
    if (this.tab === "uses")
      return html`<document-uses .documentId=${item.document_id} .chunk=${this.usesOf}></document-uses>`;
    if (this.tab === "versions")
      return html`<document-versions .documentId=${item.document_id} .version=${item.version}></document-versions>`;
    if (this.tab === "card") return html`<document-card .document=${item}></document-card>`;
    if (this.tab === "chunks") return this.sides(item);
    return html`<kefu-parse-settings .documentId=${item.document_id}></kefu-parse-settings>`;
  }

  override render(): TemplateResult {
    if (!this.item && this.failed)
      return html`<div class="state">
        <h1 class="title-20">${this.dataset["title"]}</h1>
        <p>${say("fetch_failed")}</p>
        <button class="button" @click=${() => void this.start()}>${say("retry")}</button>
      </div>`;
    if (!this.item)
      return html`<h1 class="title-20 page-head">${this.dataset["title"]}</h1>
        <div class="page-body stack list-skeleton" aria-busy="true"><span class="skeleton"></span></div>`;
    return html`
      ${this.head(this.item)}
      <div
        id="document-panel"
        role="tabpanel"
        aria-labelledby="tab-${this.tab}"
        class=${this.tab === "chunks" ? "document-panes" : "page-body document-panel"}
      >
        ${this.panel(this.item)}
      </div>
    `;
  }
}

customElements.define("kefu-document", KefuDocument);
