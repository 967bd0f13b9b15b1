/** The foot of the hit test: what a customer would read, where the expected passage stands, other phrasings. */
import { html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { Check, CircleCheck, CircleSlash, Lightbulb, X } from "lucide";
import hitTest from "../../texts/hit_test.json";
import { PartElement } from "../shared/element";
import { sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { withoutMarks } from "../shared/marks";
import { given, type Answer, type Citation, type Expected, type Phrased, type Standing } from "./types";

const say = sentences(hitTest);
type Said = keyof typeof hitTest;

/** The answer with its sources: quoted words in yellow, numbers as chips. */
export function withQuotes(text: string, citations: Citation[]): TemplateResult[] {
  const quotes = citations.map((one) => one.quote.trim()).filter(Boolean);
  return text.split(/(\[\d{1,3}\])/).map((piece) => {
    const number = /^\[(\d{1,3})\]$/.exec(piece)?.[1];
    if (number) return html`<span class="citation-chip on">${number}</span>`;
    const said = piece.trim();
    const quoted = said.length > 1 && quotes.some((quote) => quote.includes(said) || said.includes(quote));
    return quoted ? html`<mark>${withoutMarks(piece)}</mark>` : html`${withoutMarks(piece)}`;
  });
}

export class HitVerdict extends PartElement {
  @property({ attribute: false }) answer: Answer | null = null;
  @property({ attribute: false }) answerable = false;
  @property({ attribute: false }) expected: Expected[] = [];
  @property({ attribute: false }) standing: Standing | null = null;
  @property({ attribute: false }) phrasings: Phrased[] = [];

  private answerPart(): TemplateResult {
    const answer = this.answer;
    if (!answer) return html``;
    const ok = answer.outcome === "answered" || answer.outcome === "faq";
    return html`<section class="verdict-answer" aria-labelledby="would-answer">
      <div class="row verdict-head">
        <h2 class="title-13" id="would-answer">${say("would_answer")}</h2>
        <span class="badge ${ok ? "ok" : "warn"}">
          ${icon(ok ? Check : CircleSlash, 14)} ${say(`outcome_${answer.outcome}` as Said)}
        </span>
        <span class="badge">${say(`composer_${answer.composer}` as Said)}</span>
        ${answer.model ? html`<span class="caption">${answer.model}</span>` : nothing}
        <span class="caption figures push">${answer.ms.toFixed(0)} ms</span>
      </div>
      <div class="verdict-text">${withQuotes(answer.text, answer.citations)}</div>
      ${
        answer.suggestions.length
          ? html`<p class="caption">${say("offers", { offers: answer.suggestions.join(say("separator")) })}</p>`
          : nothing
      }
      ${
        answer.reasons.length
          ? html`<details>
              <summary class="caption">${say("why_route")}</summary>
              <ul class="verdict-reasons">
                ${answer.reasons.map((reason) => html`<li class="mono">${reason}</li>`)}
              </ul>
            </details>`
          : nothing
      }
    </section>`;
  }

  private rank(stage: "lexical" | "vector" | "reranked"): string {
    const rank = this.standing?.ranks[stage];
    return rank ? say("rank_nth", { n: rank }) : say("rank_none");
  }

  private expectedPart(): TemplateResult {
    const standing = this.standing;
    return html`<section aria-labelledby="expected-passage">
      <h2 class="title-13" id="expected-passage">${say("expected")}</h2>
      ${this.expected.length === 0 ? html`<p class="muted">${say("expected_none")}</p>` : nothing}
      ${this.expected.map(
        (one) =>
          html`<div class="row verdict-expected">
            ${icon(standing?.ranks.reranked ? CircleCheck : CircleSlash)}
            <span><b>${one.title || one.question || one.source}</b></span>
            <button
              class="button ghost icon-only small push"
              aria-label=${say("unmark")}
              title=${say("unmark")}
              @click=${() => this.tell("unmark", one)}
            >
              ${icon(X, 14)}
            </button>
          </div>`,
      )}
      ${
        standing
          ? html`<p class="figures">
                ${say("expected_ranks", {
                  final: this.rank("reranked"),
                  lexical: this.rank("lexical"),
                  vector: this.rank("vector"),
                })}
                · ${say(standing.cited ? "cited" : "not_cited")}
              </p>
              <ul class="verdict-why">
                ${standing.why.map((reason) => html`<li>${icon(Lightbulb, 14)}<span>${reason}</span></li>`)}
              </ul>`
          : nothing
      }
    </section>`;
  }

  private phrasingPart(): TemplateResult {
    const add = (event: SubmitEvent) => {
      event.preventDefault();
      const form = event.currentTarget as HTMLFormElement;
      const text = given(new FormData(form), "phrasing");
      if (text) this.tell("phrasing-added", text);
      form.reset();
    };
    return html`<section aria-labelledby="other-phrasings">
      <h2 class="title-13" id="other-phrasings">${say("phrasings")}</h2>
      <ul class="verdict-phrasings">
        ${this.phrasings.map(
          (one) =>
            html`<li class="row">
              <span class="phrasing-text">${one.text}</span>
              <b class="figures push ${one.rank === 1 ? "ok-text" : "warn-text"}">
                ${one.rank ? say("rank_nth", { n: one.rank }) : this.expected.length ? say("rank_none") : one.first}
              </b>
              <button
                class="button ghost icon-only small"
                aria-label=${say("remove", { text: one.text })}
                @click=${() => this.tell("phrasing-removed", one.text)}
              >
                ${icon(X, 14)}
              </button>
            </li>`,
        )}
      </ul>
      ${this.expected.length === 0 ? html`<p class="caption">${say("phrasing_none")}</p>` : nothing}
      <form class="row" @submit=${add}>
        <input
          class="input"
          name="phrasing"
          maxlength="500"
          aria-label=${say("phrasing")}
          placeholder=${say("phrasing")}
        />
        <button class="button">${say("add")}</button>
      </form>
    </section>`;
  }

  override render(): TemplateResult {
    return html`<div class="verdict">${this.answerPart()} ${this.expectedPart()} ${this.phrasingPart()}</div>`;
  }
}

customElements.define("hit-verdict", HitVerdict);

declare global {
  interface HTMLElementTagNameMap {
    "hit-verdict": HitVerdict;
  }
}
