/** The dialog that makes or changes a canned reply; variables are put in at the caret, unknown ones are refused by name. */
import { html, nothing, type TemplateResult } from "lit";
import canned from "../../../texts/canned.json";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";

const say = sentences(canned);

export interface Canned {
  canned_id: string;
  title: string;
  text: string;
  shared: boolean;
  initials: string;
  uses: number;
  version: number;
  updated_by: string;
  updated_at: string;
}

const FRESH = { title: "", text: "", shared: false };

export class CannedForm extends PartElement {
  variables: string[] = [];
  mayShare = false;
  private known: Canned | null = null;
  private wrong: { title?: string; text?: string } = {};
  private failed = "";
  private busy = false;

  /** Opens for a new one (null) or a known one; tells `canned-saved` when it is stored. */
  async open(known: Canned | null): Promise<void> {
    this.known = known;
    this.wrong = {};
    this.failed = "";
    this.busy = false;
    this.requestUpdate();
    await this.updateComplete;
    const { title, text, shared } = known ?? FRESH;
    this.title_.value = title;
    this.text_.value = text;
    if (this.mayShare) part(this, "[name=shared]", HTMLInputElement).checked = shared;
    part(this, "dialog", HTMLDialogElement).showModal();
  }

  private get title_(): HTMLInputElement {
    return part(this, "#canned-title", HTMLInputElement);
  }

  private get text_(): HTMLTextAreaElement {
    return part(this, "#canned-text", HTMLTextAreaElement);
  }

  private put(variable: string): void {
    const box = this.text_;
    box.setRangeText(`{{${variable}}}`, box.selectionStart, box.selectionEnd, "end");
    box.focus();
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const shared = this.mayShare && part(this, "[name=shared]", HTMLInputElement).checked;
    const form = { title: this.title_.value.trim(), text: this.text_.value.trim(), shared };
    this.wrong = {};
    if (!form.title) this.wrong.title = say("name_missing");
    if (!form.text) this.wrong.text = say("text_missing");
    this.failed = "";
    this.requestUpdate();
    if (this.wrong.title || this.wrong.text) return this.showFault();
    this.busy = true;
    try {
      const { known } = this;
      const saved = known
        ? await ask<Canned>(`/api/v1/canned/${known.canned_id}`, {
            method: "PUT",
            body: { ...form, version: known.version },
          })
        : await ask<Canned>("/api/v1/canned", { method: "POST", body: form });
      part(this, "dialog", HTMLDialogElement).close();
      this.tell("canned-saved", saved);
    } catch (problem) {
      const told = problem instanceof Problem && problem.detail ? problem.detail : sayShared("network");
      if (problem instanceof Problem && problem.code === "unknown_variable") this.wrong = { text: told };
      else this.failed = told;
      void this.showFault();
    }
    this.busy = false;
    this.requestUpdate();
  }

  private async showFault(): Promise<void> {
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }

  protected override render(): TemplateResult {
    const { wrong } = this;
    return html`<dialog class="dialog canned-dialog" aria-labelledby="canned-form-title">
      <form class="stack" @submit=${(event: Event) => void this.save(event)}>
        <h2 id="canned-form-title">${say(this.known ? "edit" : "add")}</h2>
        ${this.failed ? html`<p class="error" role="alert">${this.failed}</p>` : nothing}
        <div class="field">
          <label for="canned-title">${say("name")}</label>
          <input
            class="input"
            id="canned-title"
            maxlength="80"
            autocomplete="off"
            aria-invalid=${String(Boolean(wrong.title))}
            aria-describedby="canned-title-help"
          />
          <span class="error" id="canned-title-help">${wrong.title ?? ""}</span>
        </div>
        <div class="field">
          <label for="canned-text">${say("text")}</label>
          <textarea
            class="input"
            id="canned-text"
            rows="5"
            maxlength="4000"
            aria-invalid=${String(Boolean(wrong.text))}
            aria-describedby="canned-text-help"
          ></textarea>
          <span class="error" id="canned-text-help">${wrong.text ?? ""}</span>
        </div>
        <div class="row canned-variables" role="group" aria-label=${say("variables")}>
          <span class="caption">${say("variables")}</span>
          ${this.variables.map(
            (one) =>
              html`<button type="button" class="chip mono" @click=${() => this.put(one)}>${`{{${one}}}`}</button>`,
          )}
        </div>
        ${
          this.mayShare
            ? html`<label class="row"><input type="checkbox" class="checkbox" name="shared" /> ${say("shared")}</label>`
            : html`<p class="caption">${say("shared_help")}</p>`
        }
        <div class="actions">
          <button type="button" class="button" @click=${() => part(this, "dialog", HTMLDialogElement).close()}>
            ${sayShared("cancel")}
          </button>
          <button class="button primary" aria-busy=${String(this.busy)}>${say("save")}</button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("canned-form", CannedForm);

declare global {
  interface HTMLElementTagNameMap {
    "canned-form": CannedForm;
  }
}
