/** <desk-suggestion>: a reply to start from, with its sources; Tab in an empty box takes it over, nothing sends it. */
import { html, nothing, type TemplateResult } from "lit";
import { RefreshCw, TextCursorInput } from "lucide";
import desk from "../../../texts/desk.json";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import type { Start } from "../composer/drafts";

const say = sentences(desk);
const CALM_MS = 700;
const PATIENCE_MS = 60_000;

export interface Cited {
  number: number;
  title: string;
  place: string;
  quote: string;
  url: string;
}

interface Suggestion {
  question_id: string;
  question: string;
  text: string;
  composer: string;
  citations: Cited[];
}

/** What is told when something shall go into the box; a colleague's reply is never sent by it. */
export interface Insertion {
  text: string;
  start: Start | null;
  kind: "reply" | "note";
}

export class DeskSuggestion extends PartElement {
  private suggestion: Suggestion | null | undefined;
  private state: "idle" | "loading" | "failed" = "idle";
  private timer: number | undefined;
  private turn = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    if ("eager" in this.dataset) void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  /** The customer said something: once people serve them, the offer follows the newest line. */
  renew(): void {
    if (!("eager" in this.dataset)) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(), CALM_MS);
  }

  /** Puts it into the box; false when there is none. */
  insert(): boolean {
    const { suggestion } = this;
    if (!suggestion) return false;
    const { text, citations } = suggestion;
    this.tell("desk-put", { text, start: { text, citations }, kind: "reply" } satisfies Insertion);
    return true;
  }

  private async load(): Promise<void> {
    const turn = (this.turn += 1);
    this.state = "loading";
    this.requestUpdate();
    try {
      const path = `/api/v1/conversations/${this.dataset["conversation"] ?? ""}/suggestion`;
      const found = (await ask<{ suggestion: Suggestion | null }>(path, { timeoutMs: PATIENCE_MS })).suggestion;
      if (turn !== this.turn) return;
      this.suggestion = found;
      this.state = "idle";
    } catch {
      if (turn !== this.turn) return;
      this.state = "failed";
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { suggestion } = this;
    const how = suggestion ? say(suggestion.composer === "generative" ? "offer_by_model" : "offer_by_extract") : "";
    return html`<h2 class="title-13 row">${say("offer")}<span class="caption push">${how}</span></h2>
      ${suggestion ? this.card(suggestion) : this.empty()}`;
  }

  private empty(): TemplateResult {
    if (this.state === "loading") return html`<p class="caption">${say("offer_loading")}</p>`;
    const words = this.state === "failed" ? say("offer_failed") : this.suggestion === null ? say("offer_none") : "";
    return html`${words ? html`<p class="caption">${words}</p>` : nothing}
      <button class="button small" @click=${() => void this.load()}>
        ${icon(RefreshCw, 14)} ${say(this.suggestion === undefined ? "offer_make" : "offer_again")}
      </button>`;
  }

  private card(suggestion: Suggestion): TemplateResult {
    return html`<div class="offer" aria-busy=${String(this.state === "loading")}>
      <p class="caption ellipsis" title=${suggestion.question}>${say("offer_to", { question: suggestion.question })}</p>
      <p class="offer-text" tabindex="0">${suggestion.text}</p>
      <ul class="source-list">
        ${suggestion.citations.map(
          (one) =>
            html`<li>
              <span class="citation-chip">${one.number}</span>
              <a href=${one.url} target="_blank" rel="noopener">${one.title}</a>
              <span class="caption">${one.place}</span>
            </li>`,
        )}
      </ul>
      <div class="row">
        <button
          class="button ghost small icon-only"
          aria-label=${say("offer_again")}
          title=${say("offer_again")}
          @click=${() => void this.load()}
        >
          ${icon(RefreshCw, 14)}
        </button>
        <button class="button small push" data-insert @click=${() => this.insert()}>
          ${icon(TextCursorInput, 14)} ${say("offer_insert")} <kbd>Tab</kbd>
        </button>
      </div>
    </div>`;
  }
}

customElements.define("desk-suggestion", DeskSuggestion);

declare global {
  interface HTMLElementTagNameMap {
    "desk-suggestion": DeskSuggestion;
  }
}
