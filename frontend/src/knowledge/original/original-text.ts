/** A document without pages: its text as it was read, with the borders of its chunks. */
import { html, nothing, type TemplateResult } from "lit";
import original from "../../../texts/original.json";
import { ask } from "../../shared/api";
import { sentences } from "../../shared/i18n";
import type { Page } from "../types";
import { fresh, tableOf } from "./boxes";

const say = sentences(original);
const MOST = 100;

export interface TextChunk {
  chunk_id: string;
  position: number;
  heading_path: string[];
  page: number | null;
  text: string;
  kind: string;
  char_start: number;
  char_end: number;
}

export class OriginalText {
  private chunks: TextChunk[] | null = null;
  private next: string | null = null;
  private failed = false;
  private documentId = "";

  constructor(
    private readonly changed: () => void,
    private readonly chosen: (chunkId: string) => void,
  ) {}

  async load(documentId: string): Promise<void> {
    this.documentId = documentId;
    this.chunks = this.next = null;
    await this.more();
  }

  /** The document itself could not be fetched. */
  fail(): void {
    this.failed = true;
  }

  private async more(): Promise<void> {
    const wanted = new URLSearchParams({ limit: String(MOST) });
    if (this.next) wanted.set("cursor", this.next);
    try {
      const page = await ask<Page<TextChunk>>(`/api/v1/documents/${this.documentId}/chunks?${wanted}`);
      this.chunks = [...(this.chunks ?? []), ...page.items];
      this.next = page.next_cursor;
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.changed();
  }

  /** Loads on until a chunk is there. */
  async reach(chunkId: string): Promise<void> {
    while (this.next && !this.failed && !this.chunks?.some((chunk) => chunk.chunk_id === chunkId)) await this.more();
  }

  render(selected: string | null): TemplateResult {
    if (this.failed && !this.chunks)
      return html`<div class="state">
        <p>${say("failed")}</p>
        <button class="button" @click=${() => void this.more()}>${say("again")}</button>
      </div>`;
    if (!this.chunks) return html`<div class="original-pages" aria-busy="true"></div>`;
    if (!this.chunks.length) return html`<div class="state"><p>${say("no_text")}</p></div>`;
    return html`
      <div class="original-pages original-text" tabindex="0" role="region" aria-label=${say("title_text")}>
        ${this.chunks.map((chunk, at) => this.chunk(chunk, this.chunks?.[at - 1], selected))}
        ${
          this.next
            ? html`<p><button class="button" @click=${() => void this.more()}>${say("more")}</button></p>`
            : nothing
        }
      </div>
    `;
  }

  private headings(chunk: TextChunk, before: TextChunk | undefined): string[] {
    const path = before?.heading_path ?? [];
    let same = 0;
    while (same < path.length && path[same] === chunk.heading_path[same]) same += 1;
    return chunk.heading_path.slice(same);
  }

  private chunk(chunk: TextChunk, before: TextChunk | undefined, selected: string | null): TemplateResult {
    const number = chunk.position + 1;
    const current = chunk.chunk_id === selected;
    const span = { start: chunk.char_start, end: chunk.char_end, text: chunk.text };
    const last = before && { start: before.char_start, end: before.char_end, text: before.text };
    const text = chunk.kind === "text" ? fresh(span, last) : chunk.text;
    const rows = tableOf(text);
    return html`
      ${this.headings(chunk, before).map((heading) => html`<p class="original-heading">${heading}</p>`)}
      <section class="original-chunk ${current ? "current" : ""}" data-chunk=${chunk.chunk_id}>
        <button
          class="original-number"
          aria-pressed=${current ? "true" : "false"}
          aria-label=${say("text_chunk", { n: number })}
          @click=${() => this.chosen(chunk.chunk_id)}
        >
          ${number}
        </button>
        <div @click=${() => this.chosen(chunk.chunk_id)}>${rows ? table(rows) : text}</div>
      </section>
    `;
  }
}

function table([header = [], ...rows]: string[][]): TemplateResult {
  return html`<table class="original-table">
    <thead>
      <tr>
        ${header.map((cell) => html`<th scope="col">${cell}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell) => html`<td>${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
