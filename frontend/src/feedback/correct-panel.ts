/** The panel over the desk's side: what was wrong with an answer, what is right, and where that belongs. */
import { html, nothing, type TemplateResult } from "lit";
import { ShieldCheck, X } from "lucide";
import { ask } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { say as sayShared } from "../shared/i18n";
import { icon } from "../shared/icons";
import { remember, remembered } from "../shared/storage";
import { toast } from "../staff/toast";
import { told } from "../staff/told";
import "./correction-plan";
import type { CorrectionPlan } from "./correction-plan";
import { CORRECTIONS, FAULTS, NO_PLAN, placesOf, say, type Correction, type Fault, type Places } from "./types";

export class CorrectPanel extends PartElement {
  private places: Places | null = null;
  private earlier: Correction | null = null;
  private faults = new Set<Fault>();
  private problem = "";
  private failed = "";
  private busy = false;
  messageId = "";
  conversationId = "";
  /** Where focus goes back to. */
  opener: HTMLElement | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("keydown", (event) => this.key(event));
    this.answerLine?.classList.add("correcting");
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.answerLine?.classList.remove("correcting");
  }

  private get answerLine(): Element | null {
    return document.getElementById(`m-${this.messageId}`);
  }

  private async load(): Promise<void> {
    this.failed = "";
    try {
      const known = `${CORRECTIONS}?conversation_id=${this.conversationId}&limit=100`;
      const [places, corrections] = await Promise.all([placesOf(this.messageId), ask<{ items: Correction[] }>(known)]);
      this.places = places;
      this.earlier =
        corrections.items.find(
          (one) => one.message_id === this.messageId && (one.state === "draft" || one.state === "in_review"),
        ) ?? null;
      this.faults = new Set(this.earlier?.plan.faults);
    } catch (error) {
      this.failed = told(error);
    }
    this.requestUpdate();
    await this.updateComplete;
    if (!this.places) return;
    this.plan.plan = this.earlier ? this.earlier.plan : NO_PLAN;
    this.text.value = remembered(this.draftKey) ?? this.earlier?.text ?? "";
    part(this, ".correct-faults .chip", HTMLButtonElement).focus();
  }

  private get text(): HTMLTextAreaElement {
    return part(this, "textarea[name=text]", HTMLTextAreaElement);
  }

  /** Under which an answer that was begun and not sent is remembered. */
  private get draftKey(): string {
    return `kefu.correction.${this.messageId}`;
  }

  private get plan(): CorrectionPlan {
    return this.querySelector("correction-plan") as CorrectionPlan;
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) void this.send();
    else return;
    event.preventDefault();
  }

  /** What was written stays for the next time the panel is opened. */
  close(): void {
    const written = this.places ? this.text.value : "";
    remember(this.draftKey, written.trim() && written !== this.earlier?.text ? written : null);
    this.leave();
  }

  private leave(): void {
    this.remove();
    this.opener?.focus();
  }

  private toggle(fault: Fault): void {
    if (!this.faults.delete(fault)) this.faults.add(fault);
    this.requestUpdate();
  }

  private async send(): Promise<void> {
    if (this.busy || !this.places) return;
    const plan = this.plan;
    const chosen =
      plan.plan.place === "faq_phrasing" ? this.places.faqs.find((f) => f.faq_id === plan.plan.faq_id) : null;
    const text = this.text.value.trim() || chosen?.answer || "";
    this.problem = text ? "" : say("empty_answer");
    this.requestUpdate();
    if (!text) this.text.focus();
    if (!text || plan.check()) return;
    this.busy = true;
    this.requestUpdate();
    const body = { message_id: this.messageId, text, plan: { ...plan.plan, faults: [...this.faults] } };
    try {
      await ask(CORRECTIONS, { method: "POST", body });
      toast(say("sent"));
      this.tell("correction-sent", this.messageId);
      remember(this.draftKey, null);
      this.leave();
    } catch (error) {
      this.problem = told(error);
    }
    this.busy = false;
    this.requestUpdate();
  }

  private body(places: Places): TemplateResult {
    const from = places.passages.map((one) => [one.title, ...one.heading_path].join(" › ")).join("，");
    return html`
      <div>
        <div class="caption">${say("question")}</div>
        <b class="correct-asked">${places.question}</b>
      </div>
      <div role="group" aria-label=${say("faults")}>
        <div class="caption">${say("faults")}</div>
        <div class="row correct-faults">
          ${FAULTS.map(
            (fault) => html`
              <button
                class="chip"
                type="button"
                aria-pressed=${this.faults.has(fault) ? "true" : "false"}
                @click=${() => this.toggle(fault)}
              >
                ${say(`fault_${fault}`)}
              </button>
            `,
          )}
        </div>
      </div>
      <div>
        <div class="caption">${say("bot_said")}</div>
        <div class="correct-said rail bot">
          ${places.answer}${from ? html`<div class="caption">${say("from", { from })}</div>` : nothing}
        </div>
      </div>
      <div class="field">
        <div class="row">
          <label for="correct-text">${say("right_answer")}</label>
          ${
            places.replies.length
              ? html`<button
                  class="link-button push"
                  type="button"
                  @click=${() => {
                    this.text.value = places.replies[places.replies.length - 1] ?? "";
                    this.text.focus();
                  }}
                >
                  ${say("use_my_reply")}
                </button>`
              : nothing
          }
        </div>
        <textarea
          class="input correct-text"
          id="correct-text"
          name="text"
          maxlength="8000"
          aria-invalid=${this.problem ? "true" : "false"}
          aria-describedby="correct-problem"
        ></textarea>
        <p class=${this.problem ? "error" : "help"} id="correct-problem" role=${this.problem ? "alert" : "note"}>
          ${this.problem || say(this.earlier ? "replaces" : "goes_to")}
        </p>
      </div>
      <correction-plan .places=${places}></correction-plan>
    `;
  }

  override render(): TemplateResult {
    return html`
      <section class="correct-panel" role="dialog" aria-modal="false" aria-labelledby="correct-title">
        <header class="row">
          <h2 class="title-15" id="correct-title">${say("correct_this")}</h2>
          <button class="button ghost icon-only small push" aria-label=${say("close")} @click=${() => this.close()}>
            ${icon(X)}
          </button>
        </header>
        <div class="correct-body stack">
          ${
            this.places
              ? this.body(this.places)
              : this.failed
                ? html`<div class="state" role="alert">
                    <p>${this.failed}</p>
                    <button class="button" @click=${() => void this.load()}>${sayShared("retry")}</button>
                  </div>`
                : html`<div class="skeleton correct-skeleton" aria-busy="true"></div>`
          }
        </div>
        <footer class="row">
          <span class="caption row">
            ${icon(ShieldCheck, 14)} ${say(this.places?.four_eyes === false ? "who_reviews" : "who_reviews_four_eyes")}
          </span>
          <button class="button push" type="button" @click=${() => this.close()}>${sayShared("cancel")}</button>
          <button
            class="button primary"
            type="button"
            aria-busy=${this.busy ? "true" : "false"}
            @click=${() => void this.send()}
          >
            ${say("send")} <kbd>${navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl"} ↵</kbd>
          </button>
        </footer>
      </section>
    `;
  }
}

customElements.define("correct-panel", CorrectPanel);
