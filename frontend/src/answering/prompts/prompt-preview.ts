/** What a changed prompt makes of a question, beside the prompt in force: typed ones, or a set's regression questions. */
import { html, nothing, type TemplateResult } from "lit";
import prompts from "../../../texts/prompts.json";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";
import type { Side, Template, Trial } from "./types";

const say = sentences(prompts);
const MOST = 20;
const MARKED = new Set(["unsupported", "invented_number", "invented_name", "negated", "wrong_unit"]);

interface QuestionSet {
  set_id: string;
  name: string;
  questions: number;
}

interface Asked {
  text: string;
  question_id: string | null;
  locale: string;
  trial: Trial | null;
  error: string;
}

export class PromptPreview extends PartElement {
  template: Template | null = null;
  /** The text as it is being edited. */
  text: (() => { body: string; examples: unknown[] }) | null = null;
  private sets: QuestionSet[] = [];
  private asked: Asked[] = [];
  private running = false;
  private stopped = false;
  private error = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void ask<{ items: QuestionSet[] }>("/api/v1/regression/sets")
      .then((found) => {
        this.sets = found.items.filter((one) => one.questions > 0);
        this.requestUpdate();
      })
      .catch(() => undefined);
  }

  clear(): void {
    this.asked = [];
    this.error = "";
    this.requestUpdate();
  }

  private async typed(event: Event): Promise<void> {
    event.preventDefault();
    const question = this.querySelector<HTMLInputElement>("[name=question]")?.value.trim() ?? "";
    if (!question) return;
    const locale = this.template?.language === "en" ? "en" : "zh-CN";
    await this.run([{ text: question, question_id: null, locale, trial: null, error: "" }]);
  }

  private async runSet(): Promise<void> {
    const setId = this.querySelector<HTMLSelectElement>("[name=set]")?.value;
    if (!setId) return;
    try {
      const found = await ask<{ items: { question_id: string; text: string; locale: string }[] }>(
        `/api/v1/regression/sets/${setId}/questions?limit=${MOST}`,
      );
      await this.run(
        found.items.map((one) => ({
          text: one.text,
          question_id: one.question_id,
          locale: one.locale,
          trial: null,
          error: "",
        })),
      );
    } catch (error) {
      this.error = error instanceof Problem && error.status ? error.detail : sayShared("network");
      this.requestUpdate();
    }
  }

  private async run(questions: Asked[]): Promise<void> {
    const { template, text } = this;
    if (!template || !text || this.running) return;
    this.asked = questions;
    this.running = true;
    this.stopped = false;
    this.error = "";
    const changed = text();
    for (const one of questions) {
      if (this.halted()) break;
      this.requestUpdate();
      const which = one.question_id ? { question_id: one.question_id } : { question: one.text, locale: one.locale };
      try {
        one.trial = await ask<Trial>("/api/v1/evaluations/prompts", {
          method: "POST",
          body: { name: template.name, language: template.language, ...changed, ...which },
          timeoutMs: 300_000,
        });
      } catch (error) {
        one.error = error instanceof Problem && error.status ? error.detail : sayShared("network");
      }
    }
    this.running = false;
    this.requestUpdate();
  }

  private halted(): boolean {
    return this.stopped;
  }

  private side(side: Side, title: string): TemplateResult {
    const doubts = side.sentences.filter((one) => MARKED.has(one.verdict));
    return html`
      <article class="card stack prompt-side">
        <header class="row">
          <h3 class="title-13">${title}</h3>
          <span class="badge">${say(`outcome_${side.outcome}` as "outcome_answered")}</span>
          ${side.problems?.length ? html`<span class="badge danger">${side.problems.join(sayShared("separator"))}</span>` : side.problems ? html`<span class="badge ok">${say("passes")}</span>` : nothing}
        </header>
        ${
          side.asked_model
            ? html`<p class="prompt-answer">${side.answer}</p>
                <p class="caption figures">
                  ${say("answer_facts", {
                    prompt: side.prompt_tokens || side.estimated_tokens,
                    answer: side.completion_tokens,
                    first: Math.round(side.first_token_ms ?? 0),
                    total: Math.round(side.total_ms),
                  })}
                </p>
                ${doubts.length ? html`<p class="banner warn">${say("doubts", { n: doubts.length })} ${doubts.map((one) => html`<q>${one.text}</q>`)}</p>` : nothing}`
            : html`<p class="prompt-answer">${side.answer}</p>
                <p class="caption">${say("model_not_asked")}</p>`
        }
        <details ?open=${!side.asked_model}>
          <summary>
            ${say("prompt_read", { n: side.messages.length, tokens: side.estimated_tokens, passages: side.passages })}
          </summary>
          ${side.messages.map(
            (one) => html`
              <p class="caption row">
                <code>${one.role}</code> <span class="push figures">${say("tokens", { n: one.tokens })}</span>
              </p>
              <pre class="mono">${one.content}</pre>
            `,
          )}
        </details>
      </article>
    `;
  }

  private row(one: Asked): TemplateResult {
    return html`
      <li class="stack">
        <h3 class="title-13">${one.text}</h3>
        ${
          one.error
            ? html`<p class="banner danger" role="alert">${one.error}</p>`
            : one.trial
              ? html`<div class="prompt-sides">
                  ${this.side(one.trial.before, say("side_before"))} ${this.side(one.trial.after, say("side_after"))}
                </div>`
              : html`<p class="caption">${this.stopped ? say("not_asked") : say("waiting")}</p>`
        }
      </li>
    `;
  }

  override render(): TemplateResult {
    const done = this.asked.filter((one) => one.trial || one.error).length;
    return html`
      <p class="caption">${say("preview_help")}</p>
      <form class="row prompt-ask" @submit=${(event: Event) => void this.typed(event)}>
        <input
          class="input"
          name="question"
          maxlength="2000"
          aria-label=${say("question")}
          placeholder=${say("question")}
        />
        <button class="button" ?disabled=${this.running}>${say("try")}</button>
      </form>
      ${
        this.sets.length
          ? html`<div class="row prompt-ask">
              <select class="input" name="set" aria-label=${say("set")}>
                ${this.sets.map((one) => html`<option value=${one.set_id}>${one.name} (${one.questions})</option>`)}
              </select>
              <button class="button" ?disabled=${this.running} @click=${() => void this.runSet()}>
                ${say("try_set", { n: MOST })}
              </button>
            </div>`
          : nothing
      }
      ${
        this.running || this.asked.length > 1
          ? html`<p class="row caption" role="status">
              ${say("progress", { done, total: this.asked.length })}
              ${
                this.running
                  ? html`<button
                      class="button small"
                      @click=${() => {
                        this.stopped = true;
                        this.requestUpdate();
                      }}
                    >
                      ${say("stop")}
                    </button>`
                  : nothing
              }
            </p>`
          : nothing
      }
      ${this.error ? html`<p class="banner danger" role="alert">${this.error}</p>` : nothing}
      <ol class="stack prompt-trials">
        ${this.asked.map((one) => this.row(one))}
      </ol>
    `;
  }
}

customElements.define("prompt-preview", PromptPreview);

declare global {
  interface HTMLElementTagNameMap {
    "prompt-preview": PromptPreview;
  }
}
