/** The foot of the table: what can be done with the chosen documents, and how many of all are shown. */
import { html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import documents from "../../../texts/documents.json";
import { PartElement } from "../../shared/element";
import { sentences } from "../../shared/i18n";
import type { DocumentItem } from "../types";
import { chooseNone } from "./choosing";
import { bulk, deleteAsked, moveAsked, ownerAsked, reparseAsked, tagsAsked } from "./doings";

const say = sentences(documents);

export class BulkBar extends PartElement {
  @property({ attribute: false }) chosen: DocumentItem[] = [];
  @property({ attribute: false }) shown = 0;
  @property({ attribute: false }) matching: number | null = null;
  @property({ attribute: false }) more = false;

  private async did(doing: Promise<boolean>): Promise<void> {
    const done = await doing;
    if (done) this.tell("rows-chosen", new Set());
    this.tell("documents-changed");
  }

  private actions(): TemplateResult {
    const all = this.chosen;
    const off = all.every((item) => item.disabled_at);
    return html`
      ${chooseNone(say("unselect"), (none) => this.tell("rows-chosen", none))}
      <b role="status">${say("selected", { n: all.length })}</b>
      <button class="button small" @click=${() => void this.did(bulk(all, { action: off ? "enable" : "disable" }))}>
        ${say(off ? "do_enable" : "do_disable")}
      </button>
      <button class="button small" @click=${() => void this.did(tagsAsked(this, all))}>${say("do_tags")}</button>
      <button class="button small" @click=${() => void this.did(ownerAsked(this, all))}>${say("do_owner")}</button>
      <button class="button small" @click=${() => void this.did(moveAsked(this, all))}>${say("do_move")}</button>
      <button class="button small" @click=${() => void this.did(reparseAsked(this, all))}>${say("do_reparse")}</button>
      <button class="button small danger-ghost" @click=${() => void this.did(deleteAsked(this, all))}>
        ${say("delete")}
      </button>
    `;
  }

  override render(): TemplateResult {
    return html`
      <div class="table-foot shelf-foot">
        ${this.chosen.length ? this.actions() : nothing}
        <span class="pager push">
          ${this.matching === null ? nothing : say("shown", { shown: this.shown, n: this.matching })}
          ${
            this.more
              ? html`<button class="button small" @click=${() => this.tell("more-wanted")}>${say("more")}</button>`
              : nothing
          }
        </span>
      </div>
    `;
  }
}

customElements.define("bulk-bar", BulkBar);
