/** The test box: how search cuts a sentence and what else it looks for, with the list as it is being edited. */
import { html, nothing, type TemplateResult } from "lit";
import { ArrowLeftRight } from "lucide";
import words from "../../../texts/words.json";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import type { HitTest } from "../../evaluation/types";
import { locale, say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import type { Tried, WordList } from "./types";
import type { Effect } from "./moved";
import { wordsEffect } from "./words-effect";

const say = sentences(words);

export class WordsTest extends PartElement {
  /** The list to try, and the base it is for. */
  list: (() => Pick<WordList, "number" | "synonyms" | "protected">) | null = null;
  baseId: string | null = null;
  private tried: Tried | null = null;
  private effect: Effect | null = null;
  private comparing = false;
  private error = "";

  private get sentence(): string {
    return this.querySelector("input")?.value.trim() ?? "";
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const text = this.sentence;
    if (!text) return;
    await this.attempt(async () => {
      const body = { text, base_id: this.baseId, words: this.list?.() ?? null };
      this.tried = await ask<Tried>("/api/v1/words/test", { method: "POST", body });
      this.effect = null;
    });
  }

  /** The same question of search as it is, then as it would be with the list. */
  private async compare(): Promise<void> {
    const question = this.sentence;
    if (!question || !this.list || this.comparing) return;
    const { synonyms, protected: terms } = this.list();
    const words = { base_id: this.baseId, synonyms, protected: terms };
    const where = this.baseId ? { base_ids: [this.baseId] } : {};
    const body = { question, locale: locale(), audience: "staff", ...where };
    const test = (more: object) =>
      ask<HitTest>("/api/v1/hit-test", { method: "POST", body: { ...body, ...more }, timeoutMs: 90_000 });
    this.comparing = true;
    this.requestUpdate();
    await this.attempt(async () => {
      this.effect = { now: await test({}), then: await test({ words }) };
    });
    this.comparing = false;
    this.requestUpdate();
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.error = "";
    } catch (error) {
      this.error = error instanceof Problem && error.status ? error.detail : sayShared("network");
    }
    this.requestUpdate();
  }

  private shown(tried: Tried): TemplateResult {
    return html`
      <dl class="tried">
        <dt>${say("segments")}</dt>
        <dd>
          ${tried.segments.map((part) =>
            part.whole
              ? html`<span class="badge accent" title=${say("whole")}>${part.text}</span>`
              : html`<span class="segment-text">${part.text}</span>`,
          )}
        </dd>
        <dt>${say("terms")}</dt>
        <dd>${tried.terms.map((term) => html`<span class="badge">${term}</span>`)}</dd>
        <dt>${say("meanings")}</dt>
        <dd>
          ${
            tried.meanings.length
              ? tried.meanings.map(
                  (one) =>
                    html`<div>
                      <b>${one.said}</b> → ${one.other.join(sayShared("separator"))}
                      <span class="badge ${one.source === "ours" ? "accent" : ""}">
                        ${one.source === "ours" ? say("source_ours", { weight: one.weight }) : say("source_built_in")}
                      </span>
                    </div>`,
                )
              : html`<span class="muted">${say("no_meanings")}</span>`
          }
        </dd>
      </dl>
    `;
  }

  override render(): TemplateResult {
    return html`
      <h2 class="title-15">${say("test")}</h2>
      <p class="caption">${say("test_help")}</p>
      <form class="row" @submit=${(event: Event) => void this.submit(event)}>
        <input class="input" maxlength="500" aria-label=${say("sentence")} placeholder=${say("sentence")} />
        <button class="button">${say("test_do")}</button>
      </form>
      <div class="row">
        <button
          type="button"
          class="button"
          aria-busy=${this.comparing ? "true" : "false"}
          @click=${() => void this.compare()}
        >
          ${icon(ArrowLeftRight)} ${say("effect_do")}
        </button>
        <span class="caption">${say("effect_help")}</span>
      </div>
      <div aria-live="polite">
        ${this.error ? html`<span class="error">${this.error}</span>` : this.tried ? this.shown(this.tried) : nothing}
        ${this.effect ? wordsEffect(this.effect) : nothing}
      </div>
    `;
  }
}

customElements.define("words-test", WordsTest);

declare global {
  interface HTMLElementTagNameMap {
    "words-test": WordsTest;
  }
}
