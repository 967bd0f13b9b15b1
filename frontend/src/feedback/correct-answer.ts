/** Under a bot answer on the desk: write what it should have said, for a supervisor to review. */
import { html, type TemplateResult } from "lit";
import { Pencil } from "lucide";
import feedback from "../../texts/feedback.json";
import { ask, Problem } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { say as sayShared, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { toast } from "../staff/toast";

const say = sentences(feedback);

export class CorrectAnswer extends PartElement {
  private open = false;
  private sent = false;
  private busy = false;
  private problem = "";

  private toggle(open: boolean): void {
    this.open = open;
    this.problem = "";
    this.requestUpdate();
    if (open) void this.updateComplete.then(() => part(this, "textarea", HTMLTextAreaElement).focus());
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    const text = part(this, "textarea", HTMLTextAreaElement).value.trim();
    if (this.busy) return;
    this.problem = text ? "" : say("empty_answer");
    this.busy = Boolean(text);
    this.requestUpdate();
    if (!text) return;
    try {
      await ask("/api/v1/corrections", { method: "POST", body: { message_id: this.dataset["messageId"], text } });
      this.sent = true;
      this.open = false;
      toast(say("sent"));
    } catch (error) {
      this.problem = error instanceof Problem && error.detail ? error.detail : sayShared("network");
    }
    this.busy = false;
    this.requestUpdate();
  }

  private form(): TemplateResult {
    const id = `correct-${this.dataset["messageId"] ?? ""}`;
    return html`
      <form class="correct-form stack" @submit=${(event: Event) => void this.send(event)}>
        <div class="field">
          <label for=${id}>${say("right_answer")}</label>
          <textarea class="input" id=${id} maxlength="8000" aria-invalid=${this.problem ? "true" : "false"}></textarea>
          ${
            this.problem
              ? html`<p class="error" role="alert">${this.problem}</p>`
              : html`<p class="help">${say("goes_to")}</p>`
          }
        </div>
        <div class="row">
          <button class="button small" type="button" @click=${() => this.toggle(false)}>${sayShared("cancel")}</button>
          <button class="button primary small" type="submit" aria-busy=${this.busy ? "true" : "false"}>
            ${say("send")}
          </button>
        </div>
      </form>
    `;
  }

  override render(): TemplateResult {
    if (this.open) return this.form();
    return html`
      <button class="button ghost small" @click=${() => this.toggle(true)}>
        ${icon(Pencil, 14)} ${this.sent ? say("sent") : say("correct")}
      </button>
    `;
  }
}

customElements.define("correct-answer", CorrectAnswer);

declare global {
  interface HTMLElementTagNameMap {
    "correct-answer": CorrectAnswer;
  }
}
