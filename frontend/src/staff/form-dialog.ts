/** A dialog around one form: opened, sent once at a time, closed when it is done; a failure is told above its buttons. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { say } from "../shared/i18n";
import { told } from "./told";

export abstract class FormDialog extends PartElement {
  @state() protected problem = "";
  @state() protected busy = false;

  /** Opens it as it is drawn now. */
  protected async show(): Promise<void> {
    this.problem = "";
    await this.updateComplete;
    part(this, "dialog", HTMLDialogElement).showModal();
  }

  /** Opens it with every field as it is when nothing was typed. */
  protected async showEmpty(): Promise<void> {
    await this.updateComplete;
    part(this, "form", HTMLFormElement).reset();
    await this.show();
  }

  protected close(): void {
    part(this, "dialog", HTMLDialogElement).close();
  }

  protected async act(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = "";
    try {
      await work();
    } catch (error) {
      this.problem = told(error);
    }
    this.busy = false;
  }

  /** What went wrong, and the buttons. */
  protected foot(action: string, look: "primary" | "danger" = "primary"): TemplateResult {
    return html`<div role="alert">${this.problem ? html`<p class="error">${this.problem}</p>` : nothing}</div>
      <div class="actions">
        <button type="button" class="button" @click=${() => this.close()}>${say("cancel")}</button>
        <button class="button ${look}" aria-busy=${String(this.busy)}>${action}</button>
      </div>`;
  }
}
