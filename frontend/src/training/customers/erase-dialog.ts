/** The question before an erasure: how much goes, the id typed once more, and why. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ask } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import { told } from "../../staff/told";
import { CUSTOMER_DATA, say, sum, type Erasure, type Found, type Wanted } from "./types";

export class EraseDialog extends PartElement {
  @state() private found: Found | null = null;
  @state() private problem = "";
  private wanted: Wanted | null = null;
  private busy = false;

  /** Tells `erasure-ordered` with the order. */
  async open(found: Found, wanted: Wanted): Promise<void> {
    this.found = found;
    this.wanted = wanted;
    this.problem = "";
    await this.updateComplete;
    part(this, "form", HTMLFormElement).reset();
    part(this, "dialog", HTMLDialogElement).showModal();
  }

  private get theirId(): string {
    return this.wanted ? (Object.values(this.wanted)[0] ?? "") : "";
  }

  private async send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.busy || !this.wanted) return;
    const value = (name: string): string => part(this, `[name=${name}]`, HTMLInputElement).value.trim();
    if (value("id") !== this.theirId) {
      this.problem = say("differs");
      part(this, "[name=id]", HTMLInputElement).focus();
      return;
    }
    this.busy = true;
    try {
      const body = { ...this.wanted, reason: value("reason") };
      const ordered = await ask<Erasure>(`${CUSTOMER_DATA}/erasures`, { method: "POST", body });
      this.close();
      this.tell("erasure-ordered", ordered);
    } catch (error) {
      this.problem = told(error);
    }
    this.busy = false;
  }

  private close(): void {
    part(this, "dialog", HTMLDialogElement).close();
  }

  override render(): TemplateResult {
    return html`<dialog class="dialog" aria-labelledby="erase-title">
      <h2 id="erase-title">${say("erase_title")}</h2>
      <form class="stack" @submit=${(event: SubmitEvent) => void this.send(event)}>
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
        <div role="alert">${this.problem ? html`<p class="error">${this.problem}</p>` : nothing}</div>
        <div class="actions">
          <button class="button" type="button" @click=${() => this.close()}>${sayShared("cancel")}</button>
          <button class="button danger">${say("erase")}</button>
        </div>
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
