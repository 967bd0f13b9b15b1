/** The foot of the FAQ table: what can be done with the chosen ones, and how many of all are shown. */
import { html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { PartElement } from "../../shared/element";
import { confirmIn } from "../../staff/confirm-dialog";
import { baseIn, bulkTo, tagsIn } from "../shelf/asking";
import { chooseNone } from "../shelf/choosing";
import { say } from "./parts";
import type { Facts, Faq } from "./types";

/** Tells `rows-chosen` with the choice that is left, `faqs-changed` and `more-wanted`. */
export class FaqBulkBar extends PartElement {
  @property({ attribute: false }) chosen: Faq[] = [];
  @property({ attribute: false }) bases: Facts["bases"] = [];
  @property({ attribute: false }) shown = 0;
  @property({ attribute: false }) total = 0;

  private async does(wish: Record<string, unknown> | null): Promise<void> {
    if (!wish) return;
    const done = await bulkTo("/api/v1/faqs/bulk", { ...wish, faq_ids: this.chosen.map((faq) => faq.faq_id) });
    if (done) this.tell("rows-chosen", new Set());
    this.tell("faqs-changed");
  }

  private async move(): Promise<void> {
    const question = { title: say("move_title", { n: this.chosen.length }), text: say("move_text") };
    const base_id = await baseIn(this, question, this.bases, new Set(this.chosen.map((faq) => faq.base_id)));
    await this.does(base_id ? { action: "move", base_id } : null);
  }

  private async tags(): Promise<void> {
    const tags = await tagsIn(this, say("tags_title", { n: this.chosen.length }));
    await this.does(tags && { action: "tags", ...tags });
  }

  private async deleteAsked(): Promise<void> {
    const n = this.chosen.length;
    const answers = this.chosen.reduce((sum, faq) => sum + (faq.use?.answers ?? 0), 0);
    const question = {
      title: say("delete_many", { n }),
      text: say("delete_many_text", { answers }),
      action: say("delete_many_do", { n }),
    };
    await this.does((await confirmIn(this, question)) ? { action: "delete" } : null);
  }

  private actions(): TemplateResult {
    return html`
      ${chooseNone(say("unselect"), (none) => this.tell("rows-chosen", none))}
      <b role="status">${say("selected", { n: this.chosen.length })}</b>
      <button class="button small" @click=${() => void this.move()}>${say("do_move")}</button>
      <button class="button small" @click=${() => void this.tags()}>${say("do_tags")}</button>
      <button class="button small danger-ghost" @click=${() => void this.deleteAsked()}>${say("do_delete")}</button>
    `;
  }

  override render(): TemplateResult {
    return html`
      <div class="table-foot shelf-foot">
        ${this.chosen.length ? this.actions() : nothing}
        <span class="pager push">
          <span class="caption">${this.shown} / ${this.total}</span>
          ${
            this.shown < this.total
              ? html`<button class="button small" @click=${() => this.tell("more-wanted")}>${say("more")}</button>`
              : nothing
          }
        </span>
      </div>
    `;
  }
}

customElements.define("faq-bulk-bar", FaqBulkBar);

declare global {
  interface HTMLElementTagNameMap {
    "faq-bulk-bar": FaqBulkBar;
  }
}
