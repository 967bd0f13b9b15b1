/** What a chunk was before, each state with what the next one changed, and the way back to it. */
import { html, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { RotateCcw } from "lucide";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";
import { changes, say, type Chunk } from "./chunks";

type Action = "edited" | "split" | "merged" | "merged_away" | "disabled" | "enabled" | "rolled_back";

interface Past {
  revision: number;
  action: Action;
  text: string;
  by: string;
  at: string;
}

export class ChunkHistory extends PartElement {
  @property({ attribute: false }) chunk!: Chunk;
  @state() private items: Past[] | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    this.items = (await ask<{ items: Past[] }>(`/api/v1/chunks/${this.chunk.chunk_id}/history`)).items;
  }

  private async back(past: Past): Promise<void> {
    try {
      const body = { revision: this.chunk.revision, to: past.revision };
      await ask(`/api/v1/chunks/${this.chunk.chunk_id}/rollback`, { method: "POST", body });
      toast(say("back_done"));
    } catch (error) {
      toast(error instanceof Problem ? error.detail : say("fetch_failed"), "alert");
    }
    this.tell("chunks-changed", { chunk_id: this.chunk.chunk_id });
    this.tell("history-ended");
  }

  private row(past: Past, after: string): TemplateResult {
    const at = dayAndTime(new Date(past.at));
    const action = say(`action_${past.action}`);
    return html`
      <li>
        <p class="row caption">
          ${say("past_row", { revision: past.revision, by: past.by, at, action })}
          <button class="button small push" @click=${() => void this.back(past)}>
            ${icon(RotateCcw, 14)} ${say("back_to", { revision: past.revision })}
          </button>
        </p>
        <div class="chunk-diff chunk-words">${changes(past.text, after)}</div>
      </li>
    `;
  }

  override render(): TemplateResult {
    const items = this.items ?? [];
    return html`
      <section class="chunk-past" aria-label=${say("past_of", { n: this.chunk.position + 1 })}>
        ${this.items && items.length === 0 ? html`<p class="caption">${say("past_none")}</p>` : ""}
        <ol>
          ${items.map((past, at) => this.row(past, items[at - 1]?.text ?? this.chunk.text))}
        </ol>
        <button class="button ghost small" @click=${() => this.tell("history-ended")}>${say("cancel")}</button>
      </section>
    `;
  }
}

customElements.define("chunk-history", ChunkHistory);
