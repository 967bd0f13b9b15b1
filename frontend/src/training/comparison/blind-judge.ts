/** One question after another with two answers: the keys 1, 2 and 0 choose, Enter sends. */
import { html, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { CircleCheck } from "lucide";
import { ask } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { attempt, given } from "../datasets/types";
import { COMPARISONS, named, say, SIDES, WHYS, type Comparison, type Pair, type Side, type Why } from "./types";

const KEYS: Partial<Record<string, Side>> = { "1": "first", "2": "second", "0": "even" };

export class BlindJudge extends PartElement {
  @property({ attribute: false }) comparison: Comparison | null = null;
  @state() private pair: Pair | null | undefined = undefined;
  @state() private better: Side | null = null;
  @state() private number = 1;
  @state() private busy = false;
  private readonly keys = (event: KeyboardEvent) => this.key(event);

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.keys);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.keys);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("comparison")) void this.next();
  }

  private get path(): string {
    return `${COMPARISONS}/${this.comparison?.comparison_id ?? ""}`;
  }

  private async next(): Promise<void> {
    await attempt(async () => {
      const { pair } = await ask<{ pair: Pair | null }>(`${this.path}/next`);
      // All at once, so that no key is taken for the question that was just answered.
      this.pair = pair;
      this.better = null;
      this.number = (this.comparison?.mine ?? 0) + 1;
      this.busy = false;
    });
    await this.updateComplete;
    this.querySelector("form")?.reset();
    this.querySelector<HTMLElement>(".blind-question")?.focus();
  }

  private key(event: KeyboardEvent): void {
    const into = event.target as HTMLElement | null;
    if (event.altKey || event.ctrlKey || event.metaKey || into?.closest("textarea, input[type=text], select")) return;
    const side = KEYS[event.key];
    if (side && this.pair && !this.busy) {
      event.preventDefault();
      this.better = side;
    } else if (event.key === "Enter" && this.better && !into?.closest("button, a, summary")) {
      event.preventDefault();
      part(this, "form", HTMLFormElement).requestSubmit();
    }
  }

  private async send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (!this.pair || !this.better || this.busy) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const reasons = WHYS.filter((why) => form.has(why));
    const body = { place: this.pair.place, better: this.better, reasons, note: given(form, "note") };
    this.busy = true;
    await attempt(async () => {
      await ask(`${this.path}/votes`, { method: "POST", body });
      this.tell("comparison-judged");
      await this.next();
    });
    this.busy = false;
  }

  private answer(side: "first" | "second", text: string): TemplateResult {
    return html`<article class="card blind-answer" ?data-chosen=${this.better === side}>
      <h3 class="title-13">${named("side", side)}</h3>
      <p class="blind-text">${text}</p>
    </article>`;
  }

  private why(why: Why): TemplateResult {
    return html`<label class="chip"><input type="checkbox" name=${why} /> ${named("why", why)}</label>`;
  }

  override render(): TemplateResult {
    const { pair, comparison } = this;
    if (pair === undefined || !comparison) return html`<div class="skeleton run-skeleton" aria-busy="true"></div>`;
    if (pair === null)
      return html`<div class="state" role="status">
        <span class="state-mark">${icon(CircleCheck, 20)}</span>
        <h2>${say("done")}</h2>
        <p>${say("done_next")}</p>
      </div>`;
    return html`<form class="stack blind-form" @submit=${(event: SubmitEvent) => void this.send(event)}>
      <div class="caption">${say("place_of", { n: this.number, total: comparison.questions })}</div>
      <h2 class="title-15 blind-question" tabindex="-1">
        <span class="caption">${say("question")}</span> ${pair.question}
      </h2>
      <div class="blind-pair">${this.answer("first", pair.first)} ${this.answer("second", pair.second)}</div>
      <div class="learn-row" role="group" aria-label=${say("which")}>
        ${SIDES.map(
          (side) =>
            html`<button
              type="button"
              class="button"
              aria-pressed=${this.better === side ? "true" : "false"}
              @click=${() => (this.better = side)}
            >
              <kbd aria-hidden="true">${side === "first" ? 1 : side === "second" ? 2 : 0}</kbd> ${named("better", side)}
            </button>`,
        )}
      </div>
      <fieldset class="learn-row blind-why">
        <legend class="caption">${say("why")}</legend>
        ${WHYS.map((why) => this.why(why))}
      </fieldset>
      <div class="field">
        <label for="blind-note">${say("note")}</label>
        <textarea class="input" id="blind-note" name="note" rows="2" maxlength="500"></textarea>
      </div>
      <div class="learn-row">
        <button class="button primary" ?disabled=${!this.better} aria-busy=${this.busy ? "true" : "false"}>
          ${say("send")}
        </button>
        <span class="caption wide-only">${say("keys")}</span>
      </div>
    </form>`;
  }
}

customElements.define("blind-judge", BlindJudge);

declare global {
  interface HTMLElementTagNameMap {
    "blind-judge": BlindJudge;
  }
}
