/** The question before an erasure: how much goes, the id typed once more, and why. */
import { html, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ask } from "../../shared/api";
import { part } from "../../shared/dom";
import { FormDialog } from "../../staff/form-dialog";
import { CUSTOMER_DATA, say, sum, type Erasure, type Found, type Wanted } from "./types";

export class EraseDialog extends FormDialog {
  @state() private found: Found | null = null;
  private wanted: Wanted | null = null;

  /** Tells `erasure-ordered` with the order. */
  async open(found: Found, wanted: Wanted): Promise<void> {
    this.found = found;
    this.wanted = wanted;
    await this.showEmpty();
  }

  private get theirId(): string {
    return this.wanted ? (Object.values(this.wanted)[0] ?? "") : "";
  }

  private send(event: SubmitEvent): void {
    event.preventDefault();
    const { wanted } = this;
    if (!wanted) return;
    const value = (name: string): string => part(this, `[name=${name}]`, HTMLInputElement).value.trim();
    if (value("id") !== this.theirId) {
      this.problem = say("differs");
      part(this, "[name=id]", HTMLInputElement).focus();
      return;
    }
    void this.act(async () => {
      const body = { ...wanted, reason: value("reason") };
      const ordered = await ask<Erasure>(`${CUSTOMER_DATA}/erasures`, { method: "POST", body });
      this.close();
      this.tell("erasure-ordered", ordered);
    });
  }

  override render(): TemplateResult {
    return html`<dialog class="dialog" aria-labelledby="erase-title">
      <h2 id="erase-title">${say("erase_title")}</h2>
      <form class="stack" @submit=${(event: SubmitEvent) => this.send(event)}>
        <p>${say("erase_text", { n: this.found ? sum(this.found.rows) : 0 })}</p>
        <div class="field">
          <label for="erase-id">${say("type_id", { id: this.theirId })}</label>
          <input class="input" id="erase-id" name="id" required autocomplete="off" spellcheck="false" maxlength="200" />
        </div>
        <div class="field">
          <label for="erase-reason">${say("reason")}</label>
          <input
            class="input"
            id="erase-reason"
            name="reason"
            required
            minlength="3"
            maxlength="300"
            aria-describedby="erase-reason-help"
          />
          <span class="help" id="erase-reason-help">${say("reason_help")}</span>
        </div>
        ${this.foot(say("erase"), "danger")}
      </form>
    </dialog>`;
  }
}

customElements.define("erase-dialog", EraseDialog);

declare global {
  interface HTMLElementTagNameMap {
    "erase-dialog": EraseDialog;
  }
}
