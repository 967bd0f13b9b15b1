/** Who answers for a document, from when until when it holds, and when it is looked at again. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { toast } from "../../staff/toast";
import type { DocumentItem } from "../types";
import { saidIn, say } from "./chunks";

/** 2026-11-22T14:30 in the reader's zone, as a datetime-local input wants it. */
function local(iso: string | null): string {
  if (!iso) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export class DocumentCard extends PartElement {
  @property({ attribute: false }) document!: DocumentItem;
  @state() private problem = "";
  @state() private busy = false;

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const said = (name: string) => saidIn(event.target, name);
    const moment = (name: string) => (said(name) ? new Date(said(name)).toISOString() : null);
    const tags = said("tags")
      .split(/[,，、]/)
      .map((tag) => tag.trim())
      .filter(Boolean);
    this.busy = true;
    this.problem = "";
    try {
      await ask(`/api/v1/documents/${this.document.document_id}`, {
        method: "PATCH",
        body: {
          owner: said("owner"),
          tags,
          valid_from: moment("valid_from"),
          valid_until: moment("valid_until"),
          review_on: said("review_on") || null,
        },
      });
      toast(say("card_saved"));
      this.tell("document-changed");
    } catch (error) {
      this.problem = error instanceof Problem ? error.detail : say("fetch_failed");
    } finally {
      this.busy = false;
    }
  }

  private field(
    name: "owner" | "tags" | "valid_from" | "valid_until" | "review_on",
    type: string,
    value: string,
    help = "",
  ) {
    return html`
      <div class="field">
        <label for="card-${name}">${say(name)}</label>
        <input
          class="input"
          id="card-${name}"
          name=${name}
          type=${type}
          .value=${value}
          maxlength="400"
          aria-describedby=${help ? `help-${name}` : nothing}
        />
        ${help ? html`<span class="help" id="help-${name}">${help}</span>` : nothing}
      </div>
    `;
  }

  override render(): TemplateResult {
    const item = this.document;
    return html`
      <form class="document-card" @submit=${(event: SubmitEvent) => void this.save(event)}>
        ${item.review_due_at ? html`<p class="banner warn">${say("review_due")}</p>` : nothing}
        ${this.field("owner", "text", item.owner)} ${this.field("tags", "text", item.tags.join("，"), say("tags_help"))}
        ${this.field("valid_from", "datetime-local", local(item.valid_from))}
        ${this.field("valid_until", "datetime-local", local(item.valid_until), say("valid_help"))}
        ${this.field("review_on", "date", item.review_on ?? "", say("review_help"))}
        ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
        <div class="row"><button class="button primary" aria-busy=${this.busy}>${say("save")}</button></div>
      </form>
    `;
  }
}

customElements.define("document-card", DocumentCard);
