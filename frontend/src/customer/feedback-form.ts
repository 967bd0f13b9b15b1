/** <kefu-feedback-form>: what was wrong with an answer: reasons, a sentence if one likes, and the way to a person. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Check, Headset, X } from "lucide";
import { PartElement } from "../shared/element";
import { say as sayShared } from "../shared/i18n";
import { icon } from "../shared/icons";
import type { Feedback, Reason } from "./contract";
import { say } from "./texts";

const REASONS = ["wrong", "incomplete", "outdated", "not_my_question", "tone"] as const satisfies readonly Reason[];

@customElement("kefu-feedback-form")
export class FeedbackForm extends PartElement {
  @property({ attribute: false }) given: Feedback | null = null;
  @property({ attribute: false }) personOffered = false;
  @state() private reasons: readonly Reason[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.reasons = this.given?.reasons ?? [];
  }

  protected override render(): TemplateResult {
    return html`<form class="card feedback" @submit=${this.submit}>
        <div class="row">
          <h2 class="title-15">${say("rate_down")}</h2>
          <button
            type="button"
            class="button ghost icon-only small push"
            aria-label=${sayShared("close")}
            @click=${() => this.tell("kefu-close")}
          >
            ${icon(X)}
          </button>
        </div>
        <div class="reasons" role="group" aria-label=${say("rate_down")}>
          ${REASONS.map((reason) => {
            const on = this.reasons.includes(reason);
            return html`<button
              type="button"
              class="chip square"
              aria-pressed=${String(on)}
              @click=${() => this.toggle(reason)}
            >
              ${on ? icon(Check, 14) : nothing}${say(`reason_${reason}`)}
            </button>`;
          })}
        </div>
        <input
          class="input large"
          name="comment"
          maxlength="1000"
          autocomplete="off"
          aria-label=${say("rate_comment")}
          placeholder=${say("rate_comment")}
          .value=${this.given?.comment ?? ""}
        />
        <div class="two">
          <button class="button primary large">${sayShared("submit")}</button>
          ${
            this.personOffered
              ? html`<button type="button" class="button large" @click=${() => this.tell("kefu-person", "down_vote")}>
                  ${icon(Headset)}${say("to_person")}
                </button>`
              : nothing
          }
        </div>
      </form>
      <p class="caption feedback-note">${say("rate_where")}</p>`;
  }

  private toggle(reason: Reason): void {
    this.reasons = this.reasons.includes(reason)
      ? this.reasons.filter((other) => other !== reason)
      : [...this.reasons, reason];
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    const comment = new FormData(event.target as HTMLFormElement).get("comment");
    this.tell("kefu-reasons", {
      reasons: [...this.reasons],
      ...(typeof comment === "string" && comment.trim() ? { comment: comment.trim() } : {}),
    });
  }
}
