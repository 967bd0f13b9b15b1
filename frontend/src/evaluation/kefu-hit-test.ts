/** The hit test page: one question through every stage of the live path, with settings of its own. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { BookmarkPlus, FileSpreadsheet, ScanSearch, SlidersHorizontal, TriangleAlert } from "lucide";
import hitTest from "../../texts/hit_test.json";
import { ask, Problem } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { locale, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { saidIn } from "../knowledge/document/chunks";
import { BatchTest, SaveQuestion } from "./dialogs";
import "./hit-options";
import "./hit-stages";
import "./hit-verdict";
import {
  expectedOf,
  nameOf,
  STAGES,
  type Choices,
  type Expected,
  type HitTest,
  type Options,
  type Passage,
  type Phrased,
} from "./types";

const say = sentences(hitTest);
const PATH = "/api/v1/hit-test";

export class KefuHitTest extends PartElement {
  @state() private choices: Choices | null = null;
  @state() private test: HitTest | null = null;
  @state() private busy = false;
  @state() private problem = "";
  @state() private where = "public";
  @state() private options: Options = {};
  @state() private expected: Expected[] = [];
  @state() private phrasings: Phrased[] = [];
  @state() private chosen: string | null = null;
  @state() private settings = false;
  /** Other words for one passage, tried before anybody saves them. */
  @state() private edited: { chunk_id: string; text: string } | null = null;
  private question = "";

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.question = new URLSearchParams(location.search).get("q") ?? "";
    void this.start();
  }

  private async start(): Promise<void> {
    try {
      this.choices = await ask<Choices>(`${PATH}/choices`);
    } catch (problem) {
      this.fail(problem);
    }
    if (this.question) await this.run();
  }

  private fail(problem: unknown): void {
    const reason = problem instanceof Problem && problem.detail ? problem.detail : say("unreachable");
    this.problem = say("failed", { reason });
  }

  private get body(): Record<string, unknown> {
    const base = this.where !== "public" && this.where !== "staff" ? { base_ids: [this.where] } : {};
    return {
      question: this.question,
      locale: locale(),
      audience: this.where === "public" ? "public" : "staff",
      options: this.options,
      expected: this.expected,
      edited: this.edited,
      ...base,
    };
  }

  private async run(): Promise<void> {
    if (!this.question.trim() || this.busy) return;
    this.busy = true;
    history.replaceState(null, "", `?q=${encodeURIComponent(this.question)}`);
    try {
      this.test = await ask<HitTest>(PATH, { method: "POST", body: this.body, timeoutMs: 90_000 });
      this.problem = "";
      await this.rephrase(this.phrasings.map((one) => one.text));
    } catch (problem) {
      this.fail(problem);
    }
    this.busy = false;
  }

  private async rephrase(texts: string[]): Promise<void> {
    if (texts.length === 0) {
      this.phrasings = [];
      return;
    }
    const body = { ...this.body, question: this.question.trim() || texts[0], phrasings: texts };
    try {
      this.phrasings = (await ask<{ items: Phrased[] }>(`${PATH}/phrasings`, { method: "POST", body })).items;
    } catch (problem) {
      this.fail(problem);
    }
  }

  private async expect(expected: Expected[]): Promise<void> {
    this.expected = expected;
    await this.run();
  }

  private get passage(): Passage | undefined {
    return this.test?.passages.find((one) => one.chunk_id === this.chosen);
  }

  private bar(): TemplateResult {
    const typed = (event: Event) => (this.question = (event.target as HTMLInputElement).value);
    const submit = (event: SubmitEvent) => {
      event.preventDefault();
      void this.run();
    };
    return html`<form class="hit-bar" @submit=${submit}>
      <span class="input-with-icon hit-question">
        ${icon(ScanSearch)}
        <input
          class="input large"
          type="search"
          name="question"
          maxlength="2000"
          .value=${this.question}
          placeholder=${say("question_hint")}
          aria-label=${say("question")}
          @input=${typed}
        />
      </span>
      ${this.wherePicker()} ${this.embedderPicker()}
      <button
        type="button"
        class="button large icon-only"
        aria-label=${say("settings")}
        title=${say("settings")}
        aria-expanded=${this.settings}
        aria-pressed=${Object.keys(this.options).length > 0}
        @click=${() => (this.settings = !this.settings)}
      >
        ${icon(SlidersHorizontal)}
      </button>
      <button class="button primary large" aria-busy=${this.busy}>${say("test")} <kbd>↵</kbd></button>
    </form>`;
  }

  private wherePicker(): TemplateResult {
    const picked = (event: Event) => {
      this.where = (event.target as HTMLSelectElement).value;
      void this.run();
    };
    return html`<select class="input large hit-picker" aria-label=${say("where")} @change=${picked}>
      <option value="public">${say("where_public")}</option>
      <option value="staff">${say("where_staff")}</option>
      ${this.choices?.bases.map((one) => html`<option value=${one.base_id}>${one.name}</option>`)}
    </select>`;
  }

  private embedderPicker(): TemplateResult {
    const picked = (event: Event) => {
      const id = (event.target as HTMLSelectElement).value;
      const rest = { ...this.options };
      delete rest.embedder_id;
      this.options = id ? { ...rest, embedder_id: id } : rest;
      void this.run();
    };
    return html`<select class="input large hit-picker" aria-label=${say("embedder")} @change=${picked}>
      ${this.choices?.embedders.map(
        (one) =>
          html`<option value=${one.state === "present" ? "" : one.embedder_id}>
            ${say(`embedder_${one.state}` as keyof typeof hitTest, { model: one.model })}
          </option>`,
      )}
    </select>`;
  }

  private words(test: HitTest): TemplateResult {
    const whole = test.wordings.filter((one) => !one.clause);
    const terms = [...new Set(whole.flatMap((one) => one.terms))];
    const meant = whole.flatMap((one) => one.meant);
    const times = test.timings_ms;
    const shown = (["embed", "database", "rerank"] as const).filter((name) => times[name] !== undefined);
    return html`<div class="hit-words">
      <div class="row">
        <span class="caption">${say("terms")}</span>${terms.map((term) => html`<span class="hit-term">${term}</span>`)}
      </div>
      <div class="row">
        <span class="caption">${say("meant")}</span>
        ${meant.map(
          (one) =>
            html`<span class="hit-meant">
              ${say("meant_pair", { said: one.said, others: one.others.slice(0, 4).join(say("separator")) })}
            </span>`,
        )}
        ${meant.length === 0 ? html`<span class="caption">${say("meant_none")}</span>` : nothing}
      </div>
      <span class="caption figures hit-times">
        <b>${say("total", { ms: (times["total"] ?? 0).toFixed(1) })}</b>
        ${shown.map((name) => html`· ${say(`${name}_ms`, { ms: (times[name] ?? 0).toFixed(1) })} `)}
      </span>
    </div>`;
  }

  private details(passage: Passage): TemplateResult {
    const marked = this.test?.expected?.chunk_ids.includes(passage.chunk_id) ?? false;
    const ranks = STAGES.map((stage) => {
      const seen = this.test?.stages[stage]?.items.find((one) => one.chunk_id === passage.chunk_id);
      return html`<span>${say(stage)} ${seen ? say("rank_nth", { n: seen.rank }) : say("rank_none")}</span>`;
    });
    return html`<section class="hit-passage card" aria-label=${say("passage")}>
      <div class="row">
        <h2 class="title-13">${nameOf(passage)}</h2>
        <span class="caption row figures">${ranks}</span>
        <span class="row push">
          ${
            passage.document_id
              ? html`<a class="button small" href="/admin/documents/${passage.document_id}">${say("open_document")}</a>`
              : nothing
          }
          ${
            marked
              ? nothing
              : html`<button class="button small primary" @click=${() => void this.expect([expectedOf(passage)])}>
                  ${say("mark")}
                </button>`
          }
          <button class="button small" @click=${() => (this.chosen = null)}>${say("close")}</button>
        </span>
      </div>
      ${
        passage.document_id
          ? html`<form class="stack" @submit=${(event: SubmitEvent) => this.tryWords(event, passage)}>
              <textarea
                class="input hit-passage-text"
                name="text"
                rows="5"
                maxlength="20000"
                aria-label=${say("words")}
              >
${passage.text}</textarea>
              <div class="row">
                <button class="button small">${say("try_words")}</button>
                <span class="caption">${say("try_words_help")}</span>
              </div>
            </form>`
          : html`<p class="hit-passage-text">${passage.text}</p>`
      }
    </section>`;
  }

  private tryWords(event: SubmitEvent, passage: Passage): void {
    event.preventDefault();
    const text = saidIn(event.currentTarget, "text");
    // A tried passage has an id of its own; it still stands for the one that would be edited.
    const chunk_id = this.tried(passage) ? (this.edited?.chunk_id ?? passage.chunk_id) : passage.chunk_id;
    this.edited = text ? { chunk_id, text } : null;
    this.chosen = null;
    void this.run();
  }

  private tried(passage: Passage): boolean {
    return passage.text === this.edited?.text;
  }

  private forget(): void {
    this.edited = null;
    void this.run();
  }

  private result(test: HitTest): TemplateResult {
    const chosen = this.choices?.embedders.find((one) => one.model === test.embedder);
    const live = chosen && Math.abs(chosen.threshold - test.threshold) < 1e-6;
    return html`
      ${this.words(test)} ${test.searched ? nothing : html`<p class="hit-note">${say("not_searched")}</p>`}
      ${
        test.passages.length
          ? html`<hit-stages
              .test=${test}
              .chosen=${this.chosen}
              .target=${live ? chosen.target : null}
              @passage-chosen=${(event: CustomEvent<string>) => (this.chosen = event.detail)}
            ></hit-stages>`
          : html`<div class="state">
              <span class="state-mark">${icon(ScanSearch, 20)}</span>
              <h2>${say("nothing")}</h2>
              <p>${say("nothing_next")}</p>
            </div>`
      }
      ${this.passage ? this.details(this.passage) : nothing}
      <hit-verdict
        .answer=${test.answer}
        .answerable=${test.answerable}
        .expected=${this.expected}
        .standing=${test.expected}
        .phrasings=${this.phrasings}
        @unmark=${(event: CustomEvent<Expected>) =>
          void this.expect(this.expected.filter((one) => one !== event.detail))}
        @phrasing-added=${(event: CustomEvent<string>) =>
          void this.rephrase([...this.phrasings.map((one) => one.text), event.detail])}
        @phrasing-removed=${(event: CustomEvent<string>) =>
          void this.rephrase(this.phrasings.map((one) => one.text).filter((text) => text !== event.detail))}
      ></hit-verdict>
    `;
  }

  private head(): TemplateResult {
    const may = "mayWrite" in this.dataset;
    return html`<header class="page-head">
      <div>
        <h1 class="title-20">${say("title")}</h1>
        <div class="caption">${say("subtitle")}</div>
      </div>
      ${
        may
          ? html`<span class="row push hit-actions">
              <button class="button" @click=${() => void part(this, "batch-test", BatchTest).open()}>
                ${icon(FileSpreadsheet)} ${say("batch")}
              </button>
              <button
                class="button"
                ?disabled=${!this.test}
                @click=${() => void part(this, "save-question", SaveQuestion).open(this.question, this.expected)}
              >
                ${icon(BookmarkPlus)} ${say("save")}
              </button>
            </span>`
          : nothing
      }
    </header>`;
  }

  override render(): TemplateResult {
    const changed = Object.keys(this.options).length;
    const heard = this.busy ? say("busy") : this.test ? say("done", { n: this.test.stages.reranked?.count ?? 0 }) : "";
    return html`
      ${this.head()} ${this.bar()}
      ${
        this.settings
          ? html`<hit-options
              .options=${this.options}
              .reranker=${Boolean(this.choices?.reranker)}
              @options-changed=${(event: CustomEvent<Options>) => {
                const { embedder_id: embedder } = this.options;
                this.options = embedder ? { ...event.detail, embedder_id: embedder } : event.detail;
                void this.run();
              }}
            ></hit-options>`
          : nothing
      }
      ${
        this.edited
          ? html`<p class="hit-note">
              ${say("tried_words")}
              <button class="link-button" @click=${() => this.forget()}>${say("forget_words")}</button>
            </p>`
          : nothing
      }
      ${changed ? html`<p class="hit-note">${say("changed", { n: changed })}</p>` : nothing}
      ${
        this.problem
          ? html`<p class="hit-note danger-text" role="alert">${icon(TriangleAlert)} ${this.problem}</p>`
          : nothing
      }
      <div class="visually-hidden" role="status">${heard}</div>
      ${
        this.test
          ? this.result(this.test)
          : html`<div class="state hit-empty">
              <span class="state-mark">${icon(ScanSearch, 20)}</span>
              <h2>${say("empty")}</h2>
              <p>${say("empty_next")}</p>
            </div>`
      }
      <save-question></save-question>
      <batch-test .options=${this.options}></batch-test>
    `;
  }
}

customElements.define("kefu-hit-test", KefuHitTest);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-hit-test": KefuHitTest;
  }
}
