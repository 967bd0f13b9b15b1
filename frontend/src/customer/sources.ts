/** One citation opened: title, place, the words in yellow and the way to the original; as panel, sheet or inline card. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import {
  ArrowUpRight,
  ChevronDown,
  ChevronLeft,
  ChevronRight,
  ChevronUp,
  FileText,
  MessagesSquare,
  ShieldCheck,
  X,
} from "lucide";
import { PartElement } from "../shared/element";
import { icon } from "../shared/icons";
import "./answer-text";
import { plainWords } from "../shared/marks";
import type { Citation } from "./contract";
import { markQuote } from "./evidence";
import { say } from "./texts";

/** A quote that holds a table is drawn as one. */
const TABLE = /^\|.*\|\s*$/m;

/** The first words of a quote, for a row. */
function excerpt(quote: string): string {
  const text = quote.replace(/\s+/g, " ").trim();
  const han = /\p{Script=Han}/u.test(text);
  const longest = han ? 14 : 32;
  const letters = Array.from(text);
  return letters.length > longest + 2 ? letters.slice(0, longest).join("").trim() + (han ? "……" : "…") : text;
}

export type SourceShape = "panel" | "sheet" | "card";

const place = (citation: Citation) => (citation.heading_path ?? []).join(" › ");
const kind = (citation: Citation) => (citation.faq_id ? say("source_faq") : say("source_document"));

@customElement("kefu-sources")
export class Sources extends PartElement {
  @property({ attribute: false }) citations: readonly Citation[] = [];
  @property({ attribute: false }) number = 1;
  /** The answer's text, to find the sentences it rests on. */
  @property({ attribute: false }) answerText = "";
  @property({ attribute: false }) shape: SourceShape = "panel";

  private get at(): number {
    return Math.max(
      0,
      this.citations.findIndex((citation) => citation.number === this.number),
    );
  }

  protected override render(): TemplateResult | typeof nothing {
    const citation = this.citations[this.at];
    if (!citation) return nothing;
    return { panel: () => this.panel(citation), sheet: () => this.sheet(citation), card: () => this.card(citation) }[
      this.shape
    ]();
  }

  private panel(citation: Citation): TemplateResult {
    const others = this.citations.filter((other) => other !== citation);
    return html`<div class="panel-head">
        <h2 class="title-15">${say("sources")}</h2>
        <span class="caption figures">${this.at + 1} / ${this.citations.length}</span>
        <span class="push"></span>
        ${this.step(-1, ChevronUp)} ${this.step(1, ChevronDown)} ${this.closeButton()}
      </div>
      <div class="panel-body" tabindex="-1">
        <div class="panel-main">
          ${this.heading(citation)}
          <div class="quote-card">
            <blockquote>${this.quote(citation)}</blockquote>
            <div class="quote-foot">
              ${icon(citation.faq_id ? MessagesSquare : FileText)}<span>${this.origin(citation)}</span>${this.open(citation)}
            </div>
          </div>
          ${place(citation) || citation.page ? this.where(citation) : nothing}
          <p class="caption">${say("source_yellow")}</p>
        </div>
        ${others.map(
          (other) =>
            html`<button type="button" class="other" @click=${() => this.go(other.number)}>
              <span class="number">${other.number}</span>
              <span class="other-words">
                <b class="ellipsis">${other.title}</b>
                <span class="caption ellipsis"
                  >${say("source_excerpt", { words: excerpt(plainWords(other.quote)) })} · ${this.origin(other)}</span
                >
              </span>
            </button>`,
        )}
      </div>
      <p class="panel-foot">${icon(ShieldCheck)}<span>${say("source_promise")}</span></p>`;
  }

  private sheet(citation: Citation): TemplateResult {
    return html`<div class="sheet-grip" aria-hidden="true"></div>
      <div class="sheet-head">${this.heading(citation, true)} ${this.closeButton()}</div>
      <div class="quote-card"><blockquote tabindex="0">${this.quote(citation)}</blockquote></div>
      <p class="caption">${say("source_yellow")}</p>
      <div class="sheet-foot">
        ${
          this.citations.length > 1
            ? html`<button type="button" class="button large" ?disabled=${this.at === 0} @click=${() => this.move(-1)}>
                  ${icon(ChevronLeft)}${say("source_previous")}
                </button>
                <button
                  type="button"
                  class="button large"
                  ?disabled=${this.at === this.citations.length - 1}
                  @click=${() => this.move(1)}
                >
                  ${say("source_next")}${icon(ChevronRight)}
                </button>`
            : nothing
        }
        ${
          citation.url
            ? html`<a class="button large primary" href=${citation.url} target="_blank" rel="noopener">
                ${say("source_open")}
              </a>`
            : nothing
        }
      </div>`;
  }

  private card(citation: Citation): TemplateResult {
    return html`<section class="source-card" aria-label=${say("source")}>
      <div class="source-card-main">
        <div class="row">
          <span class="number on">${citation.number}</span><b class="ellipsis">${citation.title}</b>
          <span class="push"></span>${this.closeButton()}
        </div>
        <blockquote>${this.quote(citation)}</blockquote>
      </div>
      <div class="quote-foot"><span>${this.origin(citation)}</span>${this.open(citation)}</div>
    </section>`;
  }

  private heading(citation: Citation, withPage = false): TemplateResult {
    const page = withPage && citation.page ? say("source_page", { page: citation.page }) : "";
    const where = [place(citation), page].filter(Boolean).join(" · ");
    return html`<div class="source-title">
      <span class="number on">${citation.number}</span>
      <div>
        ${withPage ? html`<h2 class="title-15">${citation.title}</h2>` : html`<h3 class="title-15">${citation.title}</h3>`}
        ${where ? html`<p class="caption">${where}</p>` : nothing}
      </div>
    </div>`;
  }

  private where(citation: Citation): TemplateResult {
    const page = citation.page ? say("source_page", { page: citation.page }) : "";
    return html`<dl class="where">
      <dt class="caption">${say("source_place")}</dt>
      <dd>${[...(citation.heading_path ?? []).slice(-1), page].filter(Boolean).join(" · ")}</dd>
    </dl>`;
  }

  private origin(citation: Citation): string {
    const page = citation.page ? say("source_page", { page: citation.page }) : "";
    return [kind(citation), page].filter(Boolean).join(" · ");
  }

  private quote(citation: Citation): TemplateResult | TemplateResult[] {
    if (TABLE.test(citation.quote))
      return html`<kefu-answer-text
        .text=${citation.quote}
        .citations=${[citation]}
        .quoted=${true}
      ></kefu-answer-text>`;
    return markQuote(plainWords(citation.quote), this.answerText).map(({ text, marked }) =>
      marked ? html`<mark>${text}</mark>` : html`${text}`,
    );
  }

  private open(citation: Citation): TemplateResult | typeof nothing {
    if (!citation.url) return nothing;
    return html`<a class="button small open" href=${citation.url} target="_blank" rel="noopener">
      ${say("source_open")}${icon(ArrowUpRight, 14)}
    </a>`;
  }

  private step(by: 1 | -1, node: typeof X): TemplateResult {
    const there = this.citations[this.at + by];
    const label = say(by < 0 ? "source_previous" : "source_next");
    return html`<button
      type="button"
      class="button ghost icon-only"
      aria-label=${label}
      title=${label}
      ?disabled=${!there}
      @click=${() => this.move(by)}
    >
      ${icon(node)}
    </button>`;
  }

  private closeButton(): TemplateResult {
    return html`<button
      type="button"
      class="button ghost icon-only close"
      aria-label=${say("source_close")}
      title=${say("source_close")}
      @click=${() => this.tell("kefu-source-close")}
    >
      ${icon(X)}
    </button>`;
  }

  private move(by: 1 | -1): void {
    const there = this.citations[this.at + by];
    if (there) this.go(there.number);
  }

  private go(number: number): void {
    this.tell("kefu-source-go", number);
  }
}
