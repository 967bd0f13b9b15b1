/** <kefu-answer>: one answer with its rail, words, sources, state in words, and what can be done about it. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Check, Copy, Headset, Quote, RotateCcw, ThumbsDown, ThumbsUp } from "lucide";
import { PartElement } from "../shared/element";
import { locale } from "../shared/i18n";
import { icon } from "../shared/icons";
import { plainWords } from "../shared/marks";
import "./answer-text";
import type { AnswerText } from "./answer-text";
import { say } from "./texts";
import type { BotItem } from "./thread";

export const SLOW_MS = 8000;

/** The number of documents an answer quotes. */
function documents(item: BotItem): number {
  return new Set(item.answer.citations.map((citation) => citation.document_id ?? citation.faq_id ?? citation.title))
    .size;
}

@customElement("kefu-answer")
export class AnswerElement extends PartElement {
  @property({ attribute: false }) item!: BotItem;
  @property({ attribute: false }) assistant = "";
  /** The newest answer: only it can be asked for again and only its suggestions are shown. */
  @property({ type: Boolean }) last = false;
  /** An earlier answer is still being written. */
  @property({ type: Boolean }) behind = false;
  /** Asking for a person makes sense: nobody is on it yet. */
  @property({ type: Boolean }) personOffered = false;
  @property({ attribute: false }) openNumber: number | null = null;
  /** The source card that opens inside the thread (widget). */
  @property({ attribute: false }) card: TemplateResult | typeof nothing = nothing;
  @property({ attribute: false }) now = 0;
  /** The customer's click on the card is on its way. */
  @property({ type: Boolean }) deciding = false;

  @state() private asking = false;
  @state() private note = "";
  private noteTimer: ReturnType<typeof setTimeout> | undefined;

  private get slow(): boolean {
    const { state, since } = this.item.answer;
    return state === "waiting" && !this.behind && this.now - since > SLOW_MS;
  }

  private get owner(): string {
    if (this.item.answer.outcome === "stopped") return "none";
    return this.item.answer.outcome === "failed" ? "queue" : "bot";
  }

  /** The state in words beside the name. */
  private get aside(): string {
    const { state, outcome } = this.item.answer;
    if (outcome === "stopped") return say("stopped");
    if (state === "waiting") return this.behind ? say("after_this") : say(this.slow ? "slow_note" : "thinking");
    const n = documents(this.item);
    if (state === "ended" || n === 0) return "";
    return n === 1 ? say("looked_up_one") : say("looked_up", { n });
  }

  /** A curated answer carries no numbers of its own: its sources are put at its end. */
  private get numbered(): string {
    const { text, answer } = this.item;
    if (answer.state !== "ended" || text === "" || /\[\d{1,2}\]/.test(text)) return text;
    return text + answer.citations.map(({ number }) => `[${number}]`).join("");
  }

  protected override render(): TemplateResult {
    const { answer } = this.item;
    const growing = answer.state === "growing";
    return html`
      <div
        class="rail ${this.owner} ${answer.state === "ended" ? "" : "growing"}"
        aria-busy=${answer.state !== "ended"}
      >
        <div class="speaker">
          <b>${this.assistant}</b>
          ${
            answer.composer === "extractive" && answer.state !== "waiting"
              ? html`<span class="badge quoted-badge">${icon(Quote, 14)}${say("extractive")}</span>`
              : html`<span class="badge accent ai-badge">${say("ai")}</span>`
          }
          <span class="aside">${this.aside}</span>
        </div>
        ${answer.state === "waiting" ? this.waiting() : nothing}
        <kefu-answer-text
          .text=${this.numbered}
          .citations=${answer.citations}
          .openNumber=${this.openNumber}
          .quoted=${answer.composer === "extractive"}
          .language=${locale()}
          ?growing=${growing}
          @click=${this.openSource}
        ></kefu-answer-text>
        ${
          answer.composer === "extractive" && answer.outcome === "answered"
            ? html`<p class="caption">${say("extractive_note")}</p>`
            : nothing
        }
        ${
          answer.composer === "generative" && answer.outcome === "answered" && answer.citations.length === 0
            ? html`<p class="caption">${say("no_source")}</p>`
            : nothing
        }
        ${answer.outcome === "failed" && answer.code ? html`<p class="mono code">${answer.code}</p>` : nothing}
      </div>
      ${this.confirmation()} ${this.card} ${this.actions()} ${this.asking ? this.feedbackForm() : nothing}
      ${this.offers()}
    `;
  }

  private confirmation(): TemplateResult | typeof nothing {
    const { confirmation, state } = this.item.answer;
    if (!confirmation || state !== "ended") return nothing;
    void import("./confirm-card");
    return html`<kefu-confirm-card .asked=${confirmation} ?busy=${this.deciding}></kefu-confirm-card>`;
  }

  private waiting(): TemplateResult {
    return html`<div class="dots" aria-hidden="true"><i></i><i></i><i></i></div>
      ${
        this.slow && this.personOffered
          ? html`<button type="button" class="link-button slow" @click=${() => this.tell("kefu-person", "slow")}>
              ${say("slow_person")}
            </button>`
          : nothing
      }`;
  }

  /** Laid out from the start and hidden until the end, so that nothing moves when an answer ends. */
  private actions(): TemplateResult | typeof nothing {
    const { answer } = this.item;
    if (answer.state === "ended" && answer.outcome === null) return nothing; // it answered nothing
    if (answer.outcome === "failed" || answer.outcome === "handed_off") return nothing;
    if (answer.outcome === "stopped")
      return html`<div class="actions">
        ${this.last && this.personOffered ? this.againButton("regenerate") : nothing}
      </div>`;
    const rating = answer.feedback?.rating;
    return html`<div class="actions" ?data-hidden=${answer.state !== "ended"} ?inert=${answer.state !== "ended"}>
      ${this.tool("rate_up", ThumbsUp, () => void this.rate("up"), rating === "up")}
      ${this.tool("rate_down_button", ThumbsDown, () => void this.rate("down"), rating === "down")}
      ${this.tool("copy", Copy, () => void this.copy())}
      ${this.last && this.personOffered ? this.tool("regenerate", RotateCcw, () => this.again()) : nothing}
      <span class="caption" role="status">${this.note || (rating && !this.asking ? say("rate_thanks") : "")}</span>
    </div>`;
  }

  private tool(
    label: "rate_up" | "rate_down_button" | "copy" | "regenerate",
    node: typeof Copy,
    act: () => void,
    pressed?: boolean,
  ): TemplateResult {
    const down = label === "rate_down_button" && pressed ? "down" : "";
    return html`<button
      type="button"
      class="button ghost icon-only small tool ${down}"
      aria-label=${say(label)}
      title=${say(label)}
      aria-pressed=${pressed === undefined ? nothing : String(pressed)}
      @click=${act}
    >
      ${icon(label === "copy" && this.note === say("copied") ? Check : node)}
    </button>`;
  }

  private againButton(label: "regenerate" | "let_ai_retry"): TemplateResult {
    return html`<button type="button" class="button ghost small" @click=${() => this.again()}>
        ${icon(RotateCcw, 14)}${say(label)}
      </button>
      <span class="caption" role="status">${this.note}</span>`;
  }

  private feedbackForm(): TemplateResult {
    return html`<kefu-feedback-form
      .given=${this.item.answer.feedback}
      .personOffered=${this.personOffered}
      @kefu-reasons=${this.sendReasons}
      @kefu-close=${() => this.closeForm()}
    ></kefu-feedback-form>`;
  }

  /** After a refusal, a failure or a question back: the nearest topics and the way to a person. */
  private offers(): TemplateResult | typeof nothing {
    const { outcome, suggestions, state } = this.item.answer;
    if (state !== "ended" || !this.last) return nothing;
    const person = this.personOffered && [null, "refused", "failed", "clarified"].includes(outcome);
    const retry = outcome === "failed" && this.personOffered;
    if (suggestions.length === 0 && !person) return nothing;
    const near = outcome === "refused" || outcome === "clarified" || outcome === "failed";
    return html`<div class="offers ${near ? "near" : "follow-ups"}">
      ${suggestions.map(
        (text) => html`<button type="button" class="chip" @click=${() => this.tell("kefu-ask", text)}>${text}</button>`,
      )}
      ${
        person || retry
          ? html`<div class="offer-row">
              ${retry ? this.againButton("let_ai_retry") : nothing}
              ${
                person
                  ? html`<button type="button" class="button small" @click=${() => this.tell("kefu-person", outcome)}>
                      ${icon(Headset, 14)}${say("to_person")}
                    </button>`
                  : nothing
              }
            </div>`
          : nothing
      }
    </div>`;
  }

  /** The chip of a citation, to return the focus to. */
  chip(number: number): HTMLElement | null {
    return this.querySelector<AnswerText>("kefu-answer-text")?.chip(number) ?? null;
  }

  private openSource(event: Event): void {
    const number = (event.target as Element).closest<HTMLElement>(".citation-chip")?.dataset["number"];
    if (number) this.tell("kefu-source", { answerId: this.item.id, number: Number(number) });
  }

  private async rate(rating: "up" | "down"): Promise<void> {
    const before = this.item.answer.feedback;
    if (rating === "down") await this.openForm();
    else this.asking = false;
    if (before?.rating === rating) return;
    this.say("");
    await this.asked(() => this.tell("kefu-vote", { item: this.item, feedback: { rating } }));
  }

  private async openForm(): Promise<void> {
    await import("./feedback-form").catch(() => undefined);
    this.asking = true;
  }

  private async asked(act: () => void): Promise<void> {
    act();
    await this.updateComplete;
    if (this.asking) this.querySelector<HTMLElement>("kefu-feedback-form")?.scrollIntoView({ block: "nearest" });
  }

  private sendReasons(event: CustomEvent<object>): void {
    this.tell("kefu-vote", { item: this.item, feedback: { rating: "down", ...event.detail } });
    this.closeForm();
  }

  private closeForm(): void {
    this.asking = false;
    void this.updateComplete.then(() => this.querySelectorAll<HTMLElement>(".tool")[1]?.focus());
  }

  private again(): void {
    this.tell("kefu-again", this.item);
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(plainWords(this.item.text));
      this.say(say("copied"));
    } catch {
      this.say(say("copy_failed"));
    }
  }

  /** One short line beside the buttons, for four seconds. */
  say(note: string): void {
    clearTimeout(this.noteTimer);
    this.note = note;
    if (note) this.noteTimer = setTimeout(() => (this.note = ""), 4000);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "kefu-answer": AnswerElement;
  }
}
