/** The left pane while a file has no page pictures: its text, chunk by chunk, with the numbers of the cards. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { PartElement } from "../../shared/element";
import { say, type Chunk } from "./chunks";

export class DocumentText extends PartElement {
  @property({ attribute: false }) chunks: Chunk[] = [];
  @property({ attribute: false }) selected: string | null = null;

  protected override updated(changed: PropertyValues): void {
    if (changed.has("selected") && this.selected)
      this.querySelector(`[data-chunk="${this.selected}"]`)?.scrollIntoView({ block: "nearest" });
  }

  private box(chunk: Chunk): TemplateResult {
    const chosen = chunk.chunk_id === this.selected;
    const choose = () => this.tell("chunk-chosen", { chunk_id: chunk.chunk_id });
    const heading = chunk.heading_path.at(-1);
    return html`
      <li class="paper-box ${chosen ? "on" : ""}" data-chunk=${chunk.chunk_id} @click=${choose}>
        <button class="paper-number" aria-label=${say("select_n", { n: chunk.position + 1 })} aria-pressed=${chosen}>
          ${chunk.position + 1}
        </button>
        ${heading ? html`<p class="paper-heading">${heading}</p>` : nothing}
        <p
          class="words ${chunk.kind === "table" ? "paper-table" : ""}"
          .textContent=${chunk.original_text ?? say("by_hand_only")}
        ></p>
      </li>
    `;
  }

  override render(): TemplateResult {
    return html`<ol class="paper">
      ${this.chunks.map((chunk) => this.box(chunk))}
    </ol>`;
  }
}

customElements.define("document-text", DocumentText);
