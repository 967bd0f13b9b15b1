/** The ways to ask for one answer: add, reorder, remove; one that another entry has already is told while typing. */
import { html, nothing, type TemplateResult } from "lit";
import { ArrowDown, ArrowUp, Plus, X } from "lucide";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { say } from "./parts";
import type { Taken } from "./types";

const LOOK_AFTER_MS = 300;
const MOST = 200;

export class PhrasingList extends PartElement {
  private questions: string[] = [""];
  private taken: Taken[] = [];
  private timer = 0;
  private looked = 0;
  /** Whose phrasings these are, and in which base. */
  faqId: string | null = null;
  baseId: string | null = null;
  /** The answer being written, to tell a repetition from a contradiction. */
  answer = "";

  set value(questions: string[]) {
    this.questions = questions.length ? [...questions] : [""];
    this.taken = [];
    this.requestUpdate();
    this.look(0);
  }

  get value(): string[] {
    return this.questions.map((question) => question.trim()).filter(Boolean);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private changed(): void {
    this.requestUpdate();
    this.tell("phrasings-changed");
    this.look(LOOK_AFTER_MS);
  }

  /** Looks once more, when the base is another. */
  checkAgain(): void {
    this.look(0);
  }

  private look(afterMs: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.check(), afterMs);
  }

  private async check(): Promise<void> {
    const round = ++this.looked;
    const body = { questions: this.questions, base_id: this.baseId, faq_id: this.faqId };
    try {
      const found = await ask<{ taken: Taken[] }>("/api/v1/faqs/check", { method: "POST", body });
      if (round !== this.looked) return;
      this.taken = found.taken;
    } catch {
      return; // saving tells it again
    }
    this.requestUpdate();
  }

  private typed(place: number, event: Event): void {
    this.questions[place] = (event.target as HTMLInputElement).value;
    this.changed();
  }

  private keyed(place: number, event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    this.add(place + 1);
  }

  private add(place: number): void {
    if (this.questions.length >= MOST) return;
    this.questions.splice(place, 0, "");
    this.changed();
    void this.focusOn(place);
  }

  private drop(place: number): void {
    this.questions.splice(place, 1);
    if (this.questions.length === 0) this.questions = [""];
    this.changed();
    void this.focusOn(Math.min(place, this.questions.length - 1));
  }

  private move(place: number, by: 1 | -1): void {
    const [question] = this.questions.splice(place, 1);
    this.questions.splice(place + by, 0, question ?? "");
    this.changed();
    void this.focusOn(place + by);
  }

  private async focusOn(place: number): Promise<void> {
    await this.updateComplete;
    this.querySelectorAll<HTMLInputElement>("input")[place]?.focus();
  }

  private note(place: number): TemplateResult | typeof nothing {
    const same = this.questions
      .slice(0, place)
      .findIndex((one) => one.trim() && one.trim() === this.questions[place]?.trim());
    if (same >= 0)
      return html`<span class="error" id="phrasing-note-${place}">${say("repeated", { n: same + 1 })}</span>`;
    const taken = this.taken.find((one) => one.place === place);
    if (!taken) return nothing;
    const alike = taken.answer.trim() === this.answer.trim();
    return html`
      <span class="error" id="phrasing-note-${place}">
        ${say("taken")}<a href="/admin/faqs/${taken.faq_id}">${taken.question}</a>
        <span class="badge ${alike ? "warn" : "danger"}">${say(alike ? "taken_same" : "taken_other")}</span>
      </span>
    `;
  }

  private row(question: string, place: number): TemplateResult {
    const name = place === 0 ? say("main_question") : say("phrasing", { n: place + 1 });
    const note = this.note(place);
    const last = place === this.questions.length - 1;
    return html`
      <li>
        <div class="row phrasing">
          <span class="caption figures phrasing-number">${place + 1}</span>
          <input
            class="input"
            maxlength="500"
            aria-label=${name}
            aria-invalid=${note === nothing ? "false" : "true"}
            aria-describedby="phrasing-note-${place}"
            .value=${question}
            @input=${(event: Event) => this.typed(place, event)}
            @keydown=${(event: KeyboardEvent) => this.keyed(place, event)}
          />
          ${this.tool(ArrowUp, say("move_up"), name, place === 0, () => this.move(place, -1))}
          ${this.tool(ArrowDown, say("move_down"), name, last, () => this.move(place, 1))}
          ${this.tool(X, say("remove"), name, this.questions.length === 1, () => this.drop(place))}
        </div>
        ${note}
      </li>
    `;
  }

  private tool(mark: typeof X, words: string, name: string, off: boolean, act: () => void): TemplateResult {
    return html`<button
      type="button"
      class="button ghost icon-only small"
      aria-label="${words} ${name}"
      title=${words}
      ?disabled=${off}
      @click=${act}
    >
      ${icon(mark)}
    </button>`;
  }

  override render(): TemplateResult {
    return html`
      <ol class="phrasings">
        ${this.questions.map((question, place) => this.row(question, place))}
      </ol>
      <button type="button" class="button small" @click=${() => this.add(this.questions.length)}>
        ${icon(Plus)} ${say("add_phrasing")}
      </button>
    `;
  }
}

customElements.define("phrasing-list", PhrasingList);

declare global {
  interface HTMLElementTagNameMap {
    "phrasing-list": PhrasingList;
  }
}
