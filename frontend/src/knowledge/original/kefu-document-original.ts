/** The document as it was uploaded, page by page with its numbered chunks; selecting one tells the list beside it. */
import { html, nothing, svg, type TemplateResult } from "lit";
import { ChevronLeft, ChevronRight, TriangleAlert, ZoomIn, ZoomOut } from "lucide";
import original from "../../../texts/original.json";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { sizeOf } from "../types";
import { frames, hasPages, kindName, type PageChunks, type PlacedChunk } from "./boxes";
import { OriginalText } from "./original-text";

const say = sentences(original);
const ZOOMS = [50, 75, 100, 125, 150, 200, 300];
const NEAR = "600px 0px";

interface Facts {
  file_name: string;
  media_type: string;
  size_bytes: number;
  page_count: number | null;
}

export class DocumentOriginal extends PartElement {
  private zoom = 100;
  private page = 1;
  private current: string | null = null;
  private readonly loaded = new Map<number, PlacedChunk[] | null>();
  private readonly missing = new Set<number>();
  private readonly coming = new Map<number, Promise<void>>();
  private watcher: IntersectionObserver | null = null;
  private readonly text = new OriginalText(
    () => this.requestUpdate(),
    (chunkId) => this.choose(chunkId),
  );

  private facts: Facts | null = null;
  private shownVersion = 0;
  documentId = "";
  pageCount: number | null = null;

  /** The version search sees; another one is another text. */
  set version(version: number) {
    const other = this.shownVersion > 0 && version !== this.shownVersion;
    this.shownVersion = version;
    if (other) void this.begin();
  }

  get version(): number {
    return this.shownVersion;
  }

  /** The chunk the list beside it has open. */
  set selected(chunkId: string | null) {
    if (chunkId === this.current) return;
    this.current = chunkId;
    this.requestUpdate();
    if (chunkId) void this.show(chunkId);
  }

  get selected(): string | null {
    return this.current;
  }

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.documentId ||= this.dataset["documentId"] ?? "";
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watcher?.disconnect();
    this.watcher = null;
  }

  /** Loads the document's facts, and forgets what was known of an earlier version. */
  private async begin(): Promise<void> {
    this.loaded.clear();
    this.coming.clear();
    this.missing.clear();
    this.watcher?.disconnect();
    this.watcher = null;
    try {
      this.facts = await ask<Facts>(`/api/v1/documents/${this.documentId}`);
      if (!this.paged) await this.text.load(this.documentId);
    } catch {
      this.text.fail();
    }
    this.requestUpdate();
    if (this.current) void this.show(this.current);
  }

  private get count(): number {
    return this.facts?.page_count ?? this.pageCount ?? 0;
  }

  private get paged(): boolean {
    return this.facts !== null && hasPages(this.facts.media_type) && this.count > 0;
  }

  private choose(chunkId: string): void {
    this.current = chunkId;
    this.requestUpdate();
    this.tell("chunk-chosen", { chunk_id: chunkId });
  }

  /** Brings a chunk into view, whose page may not have been loaded yet. */
  private async show(chunkId: string): Promise<void> {
    if (!this.paged) {
      await this.text.reach(chunkId);
    } else if (![...this.loaded.values()].some((chunks) => chunks?.some((chunk) => chunk.chunk_id === chunkId))) {
      const found = await ask<{ page: number | null }>(`/api/v1/documents/${this.documentId}/chunks/${chunkId}/page`);
      if (found.page) await this.load(found.page);
    }
    await this.updateComplete;
    const frame = this.querySelector(`[data-chunk="${CSS.escape(chunkId)}"]`);
    if (frame) this.glide(frame, "nearest");
  }

  private glide(to: Element, block: ScrollLogicalPosition): void {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    to.scrollIntoView({ block, behavior: still ? "auto" : "smooth" });
  }

  /** Ends when the page's chunks are there, also for whoever asks while they are on their way. */
  private load(page: number): Promise<void> {
    const coming = this.coming.get(page) ?? this.fetch(page);
    this.coming.set(page, coming);
    return coming;
  }

  private async fetch(page: number): Promise<void> {
    this.loaded.set(page, null);
    try {
      const found = await ask<PageChunks>(`/api/v1/documents/${this.documentId}/pages/${page}`);
      this.loaded.set(page, found.chunks);
    } catch {
      this.loaded.delete(page);
      this.coming.delete(page);
    }
    this.requestUpdate();
  }

  override updated(): void {
    if (!this.paged || this.watcher) return;
    const scroller = this.querySelector(".original-pages");
    this.watcher = new IntersectionObserver((seen) => this.seen(seen), { root: scroller, rootMargin: NEAR });
    for (const sheet of this.querySelectorAll(".original-sheet")) this.watcher.observe(sheet);
  }

  private seen(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries)
      if (entry.isIntersecting) void this.load(Number((entry.target as HTMLElement).dataset["page"]));
  }

  private scrolled(event: Event): void {
    const pane = event.currentTarget as HTMLElement;
    const middle = pane.getBoundingClientRect().top + pane.clientHeight / 3;
    const sheets = [...pane.querySelectorAll<HTMLElement>(".original-sheet")];
    const at = sheets.findLast((sheet) => sheet.getBoundingClientRect().top <= middle);
    const page = Number(at?.dataset["page"] ?? 1);
    if (page === this.page) return;
    this.page = page;
    this.requestUpdate();
  }

  private turn(by: number): void {
    const page = Math.min(Math.max(this.page + by, 1), this.count);
    const sheet = this.querySelector(`.original-sheet[data-page="${page}"]`);
    if (sheet) this.glide(sheet, "start");
    this.page = page;
    this.requestUpdate();
  }

  private scale(by: number): void {
    const at = ZOOMS.indexOf(this.zoom);
    this.zoom = ZOOMS[Math.min(Math.max(at + by, 0), ZOOMS.length - 1)] ?? 100;
    this.requestUpdate();
  }

  private step(label: string, mark: TemplateResult, act: () => void, stop: boolean): TemplateResult {
    return html`<button
      class="button ghost icon-only small"
      aria-label=${label}
      title=${label}
      ?disabled=${stop}
      @click=${act}
    >
      ${mark}
    </button>`;
  }

  private bar(): TemplateResult {
    const { file_name = "", size_bytes = 0 } = this.facts ?? {};
    const facts = [
      kindName(file_name),
      this.paged ? say("pages", { n: this.count }) : "",
      size_bytes ? sizeOf(size_bytes) : "",
    ];
    return html`
      <div class="original-bar">
        <b>${say(this.paged ? "title" : "title_text")}</b>
        <span class="caption ellipsis">${facts.filter(Boolean).join(" · ")}</span>
        ${
          this.paged
            ? html`<span class="row push">
                ${this.step(say("smaller"), icon(ZoomOut), () => this.scale(-1), this.zoom === ZOOMS[0])}
                <span class="figures original-zoom">${this.zoom}%</span>
                ${this.step(say("larger"), icon(ZoomIn), () => this.scale(1), this.zoom === ZOOMS.at(-1))}
                ${this.step(say("previous"), icon(ChevronLeft), () => this.turn(-1), this.page === 1)}
                <span class="figures" role="status" aria-label=${say("at", { n: this.page, of: this.count })}>
                  <b>${this.page}</b> / ${this.count}
                </span>
                ${this.step(say("next"), icon(ChevronRight), () => this.turn(1), this.page === this.count)}
              </span>`
            : nothing
        }
      </div>
    `;
  }

  private sheet(page: number): TemplateResult {
    const address = `/api/v1/documents/${this.documentId}/pages/${page}.png`;
    const chunks = this.loaded.get(page) ?? [];
    const failed = () => {
      this.missing.add(page);
      this.requestUpdate();
    };
    return html`
      <div class="original-sheet" data-page=${page} style="width: ${this.zoom}%">
        ${
          this.missing.has(page)
            ? html`<p class="original-missing">${icon(TriangleAlert)} ${say("missing", { n: page })}</p>`
            : html`<img
                loading="lazy"
                decoding="async"
                src="${address}?width=800"
                srcset="${address}?width=800 800w, ${address}?width=1600 1600w"
                sizes=${this.zoom > 100 ? "1600px" : "(min-width: 1280px) 640px, 90vw"}
                alt=${say("page", { n: page })}
                @error=${failed}
                @load=${(event: Event) => (event.target as HTMLElement).parentElement?.classList.add("drawn")}
              />`
        }
        ${this.veil(chunks)} ${chunks.map((chunk) => this.frame(chunk, page))}
      </div>
    `;
  }

  /** The exact lines of the selected chunk, marked as with a pen. */
  private veil(chunks: PlacedChunk[]): TemplateResult | typeof nothing {
    const chosen = chunks.find((chunk) => chunk.chunk_id === this.current);
    if (!chosen) return nothing;
    const rect = (box: PlacedChunk["boxes"][number]) =>
      svg`<rect x=${box.x0} y=${box.y0} width=${box.x1 - box.x0} height=${box.y1 - box.y0}></rect>`;
    return html`<svg class="original-marks" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      ${chosen.boxes.map(rect)}
    </svg>`;
  }

  private frame(chunk: PlacedChunk, page: number): TemplateResult {
    const number = chunk.position + 1;
    const current = chunk.chunk_id === this.current;
    return html`${frames(chunk.boxes).map(
      (box, at) => html`
        <button
          class="original-frame ${current ? "current" : ""}"
          data-chunk=${at === 0 ? chunk.chunk_id : nothing}
          style="left: ${box.x0 * 100}%; top: ${box.y0 * 100}%; width: ${(box.x1 - box.x0) * 100}%; height: ${(box.y1 - box.y0) * 100}%"
          aria-pressed=${current ? "true" : "false"}
          aria-label=${say("chunk", { n: number, heading: chunk.heading, page })}
          tabindex=${at === 0 ? 0 : -1}
          aria-hidden=${at === 0 ? nothing : "true"}
          @click=${() => this.choose(chunk.chunk_id)}
        >
          ${at === 0 ? html`<span class="original-number">${number}</span>` : nothing}
        </button>
      `,
    )}`;
  }

  override render(): TemplateResult {
    const pages = Array.from({ length: this.count }, (_, index) => index + 1);
    return html`
      ${this.bar()}
      ${
        this.paged
          ? html`<div
              class="original-pages"
              tabindex="0"
              role="group"
              aria-label=${say("title")}
              @scroll=${(event: Event) => this.scrolled(event)}
            >
              ${pages.map((page) => this.sheet(page))}
            </div>`
          : this.text.render(this.current)
      }
    `;
  }
}

customElements.define("kefu-document-original", DocumentOriginal);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-document-original": DocumentOriginal;
  }
}
