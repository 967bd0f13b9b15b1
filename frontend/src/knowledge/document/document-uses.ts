/** The answers that quoted a document, or one chunk of it, each with the way to its conversation. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { MessagesSquare } from "lucide";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import type { Page } from "../types";
import { say, type Chunk, type Use } from "./chunks";

export class DocumentUses extends PartElement {
  @property({ attribute: false }) documentId = "";
  @property({ attribute: false }) chunk: Chunk | null = null;
  @state() private items: Use[] | null = null;
  private next: string | null = null;
  private shown = "";

  private get path(): string {
    return this.chunk ? `/api/v1/chunks/${this.chunk.chunk_id}/uses` : `/api/v1/documents/${this.documentId}/uses`;
  }

  protected override willUpdate(): void {
    if (this.shown === this.path) return;
    this.shown = this.path;
    this.items = null;
    void this.load(null);
  }

  private async load(cursor: string | null): Promise<void> {
    const path = this.path;
    const page = await ask<Page<Use>>(`${path}?limit=50${cursor ? `&cursor=${cursor}` : ""}`);
    if (path !== this.path) return;
    this.items = [...(cursor ? (this.items ?? []) : []), ...page.items];
    this.next = page.next_cursor;
    this.requestUpdate();
  }

  private row(use: Use): TemplateResult {
    return html`
      <tr>
        <td><a href="/desk/conversations/${use.conversation_id}#m-${use.answer_id}">${use.question}</a></td>
        <td class="muted">${use.quote}</td>
        <td class="figures nowrap">${dayAndTime(new Date(use.at))}</td>
      </tr>
    `;
  }

  private empty(): TemplateResult {
    return html`<div class="state">
      <span class="state-mark">${icon(MessagesSquare, 20)}</span>
      <h2>${say("uses_none")}</h2>
      <p>${say("uses_none_next")}</p>
    </div>`;
  }

  override render(): TemplateResult {
    const all = () => this.tell("uses-wanted", null);
    return html`
      ${
        this.chunk
          ? html`<p class="row">
              <span class="chip on">${say("uses_of", { n: this.chunk.position + 1 })}</span>
              <button class="link-button" @click=${all}>${say("uses_all")}</button>
            </p>`
          : nothing
      }
      ${
        !this.items
          ? html`<div class="stack list-skeleton" aria-busy="true"><span class="skeleton"></span></div>`
          : this.items.length === 0
            ? this.empty()
            : html`<div class="table-scroll">
                <table class="table two-line uses">
                  <thead>
                    <tr>
                      <th scope="col">${say("question")}</th>
                      <th scope="col">${say("quote")}</th>
                      <th scope="col">${say("when")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${this.items.map((use) => this.row(use))}
                  </tbody>
                </table>
              </div>`
      }
      ${
        this.next
          ? html`<button class="button" @click=${() => void this.load(this.next)}>${say("retry")}</button>`
          : nothing
      }
    `;
  }
}

customElements.define("document-uses", DocumentUses);
