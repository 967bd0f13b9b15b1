/** The dialog that makes a key: what for, with which role, narrowed to which scopes, until when. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import accounts from "../../../texts/accounts.json";
import keys from "../../../texts/keys.json";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";
import { byRoom, permissionName, ROLES, type Grants, type Role } from "../permissions";

const say = sentences(keys);
const sayRole = sentences(accounts);
const DAYS = [30, 90, 365] as const;

export class KeyForm extends PartElement {
  @property({ attribute: false }) grants: Grants | null = null;
  @state() private wanted: Role = "integrator";
  @state() private narrowed = false;
  @state() private problem = "";
  private busy = false;

  /** Opens empty; tells `key-made` with the key. */
  async open(): Promise<void> {
    this.wanted = "integrator";
    this.narrowed = false;
    this.problem = "";
    await this.updateComplete;
    part(this, "form", HTMLFormElement).reset();
    part(this, "dialog", HTMLDialogElement).showModal();
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const scopes = form.getAll("scope");
    const days = Number(form.get("days"));
    if (this.narrowed && !scopes.length) {
      this.problem = say("none_chosen");
      return;
    }
    const body = {
      name: form.get("name"),
      role: this.wanted,
      ...(this.narrowed ? { scopes } : {}),
      ...(days ? { expires_at: new Date(Date.now() + days * 86_400_000).toISOString() } : {}),
    };
    this.busy = true;
    try {
      const made = await ask<{ key: string }>("/api/v1/keys", { method: "POST", body });
      part(this, "dialog", HTMLDialogElement).close();
      this.tell("key-made", made.key);
    } catch (error) {
      this.problem = error instanceof Problem && error.detail ? error.detail : sayShared("network");
    }
    this.busy = false;
  }

  private scopes(grants: Grants): TemplateResult {
    return html`<div class="key-scopes">
      ${byRoom(grants[this.wanted]).map(
        ([room, permissions]) =>
          html`<fieldset>
            <legend class="caption">${room}</legend>
            ${permissions.map(
              (permission) =>
                html`<label class="row" title=${permission}
                  ><input class="checkbox" type="checkbox" name="scope" value=${permission} />${permissionName(
                    permission,
                  )}</label
                >`,
            )}
          </fieldset>`,
      )}
    </div>`;
  }

  private range(narrowed: boolean, words: string): TemplateResult {
    return html`<label class="row"
      ><input
        class="checkbox"
        type="radio"
        name="range"
        .checked=${this.narrowed === narrowed}
        @change=${() => (this.narrowed = narrowed)}
      />${words}</label
    >`;
  }

  override render(): TemplateResult {
    return html`<dialog class="dialog key-dialog" aria-labelledby="key-title">
      <h2 id="key-title">${say("make")}</h2>
      <form class="stack" @submit=${(event: SubmitEvent) => void this.save(event)}>
        <div class="field">
          <label for="key-name">${say("name")}</label>
          <input class="input" id="key-name" name="name" maxlength="100" required />
        </div>
        <div class="field">
          <label for="key-role">${say("role")}</label>
          <select
            class="input"
            id="key-role"
            @change=${(event: Event) => (this.wanted = (event.target as HTMLSelectElement).value as Role)}
          >
            ${ROLES.map((role) => html`<option value=${role} .selected=${role === this.wanted}>${sayRole(`role_${role}`)}</option>`)}
          </select>
        </div>
        <fieldset class="key-range">
          <legend class="label">${say("scopes")}</legend>
          ${this.range(false, say("all_of_role"))} ${this.range(true, say("some"))}
        </fieldset>
        ${this.narrowed && this.grants ? this.scopes(this.grants) : nothing}
        <div class="field">
          <label for="key-days">${say("expires")}</label>
          <select class="input" id="key-days" name="days">
            <option value="0">${say("never")}</option>
            ${DAYS.map((n) => html`<option value=${n} ?selected=${n === 90}>${say("days", { n })}</option>`)}
          </select>
        </div>
        ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
        <div class="actions">
          <button
            class="button"
            type="button"
            @click=${() => {
              part(this, "dialog", HTMLDialogElement).close();
            }}
          >
            ${sayShared("cancel")}
          </button>
          <button class="button primary" type="submit">${say("make")}</button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("key-form", KeyForm);

declare global {
  interface HTMLElementTagNameMap {
    "key-form": KeyForm;
  }
}
