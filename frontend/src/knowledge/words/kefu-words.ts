/** The page of words: the lists of a base or of all, a box to try them, versions, and what a change does to search. */
import { html, nothing, type TemplateResult } from "lit";
import { FileDown, FileUp, Search, TriangleAlert } from "lucide";
import words from "../../../texts/words.json";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { followJob, type Job } from "../../staff/jobs";
import type { Facts } from "../faqs/types";
import { draftOf, listOf, type Measured, type Report, type Version, type WordList } from "./types";
import { wordsHistory } from "./words-history";
import "./words-lists";
import type { WordsLists } from "./words-lists";
import "./words-test";
import type { WordsTest } from "./words-test";

const say = sentences(words);
const FIGURES = ["passed", "recall_at_1", "recall_at_5", "mrr_at_10", "false_answers", "false_refusals"] as const;

export class KefuWords extends PartElement {
  private bases: Facts["bases"] = [];
  private baseId = "";
  private list: WordList | null = null;
  private versions: Version[] = [];
  private dirty = false;
  private busy = false;
  private measuring = false;
  private measured: { before: Measured; after: Measured } | null = null;
  private job: Job | null = null;
  private unfollow: (() => void) | null = null;
  private error = "";
  private theirs: WordList | null = null;
  private problems: Report["problems"] = [];

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.addEventListener("words-edited", () => {
      this.dirty = true;
      this.requestUpdate();
    });
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unfollow?.();
  }

  private async begin(): Promise<void> {
    try {
      this.bases = (await ask<Facts>("/api/v1/faqs/facts")).bases;
      await this.load();
    } catch (error) {
      this.complain(error);
    }
  }

  private address(path: string): string {
    return `/api/v1/words${path}${this.baseId ? `?base_id=${this.baseId}` : ""}`;
  }

  private async load(): Promise<void> {
    const [list, versions] = await Promise.all([
      ask<WordList>(this.address("")),
      ask<{ items: Version[] }>(this.address("/versions")),
    ]);
    this.versions = versions.items;
    await this.show(list);
  }

  private async show(list: WordList): Promise<void> {
    this.list = list;
    this.dirty = false;
    this.theirs = null;
    this.error = "";
    this.requestUpdate();
    await this.updateComplete;
    const lists = this.lists;
    lists.value = draftOf(list);
    const box = this.querySelector("words-test") as WordsTest;
    box.list = () => listOf(lists.value, list.number);
    box.baseId = this.baseId || null;
    if (list.job_id && this.versions[0]?.reindexed === null) this.follow(list.job_id);
  }

  private get lists(): WordsLists {
    return this.querySelector("words-lists") as WordsLists;
  }

  private complain(error: unknown): void {
    this.error = error instanceof Problem && error.status ? error.detail : sayShared("network");
    if (error instanceof Problem && error.code === "words_changed") this.theirs = error.members["theirs"] as WordList;
    this.requestUpdate();
  }

  private follow(jobId: string): void {
    this.unfollow?.();
    this.unfollow = followJob(jobId, (job, over) => {
      this.job = over ? null : job;
      if (over)
        void ask<{ items: Version[] }>(this.address("/versions")).then((found) => {
          this.versions = found.items;
          this.requestUpdate();
        });
      this.requestUpdate();
    });
  }

  private async measure(): Promise<Measured> {
    this.measuring = true;
    this.requestUpdate();
    try {
      return await ask<Measured>("/api/v1/words/measure", { method: "POST", timeoutMs: 600_000 });
    } finally {
      this.measuring = false;
      this.requestUpdate();
    }
  }

  private async save(): Promise<void> {
    if (!this.list || this.busy) return;
    this.busy = true;
    this.requestUpdate();
    const compare = part(this, "[name=measure]", HTMLInputElement).checked;
    try {
      const before = compare ? await this.measure() : null;
      const body = listOf(this.lists.value, this.list.number);
      const saved = await ask<WordList>(this.address(""), { method: "PUT", body });
      toast(say("saved", { n: saved.number }));
      await this.load();
      if (before) this.measured = { before, after: await this.measure() };
    } catch (error) {
      this.complain(error);
    }
    this.busy = false;
    this.requestUpdate();
  }

  private async rollBack(version: Version): Promise<void> {
    const sure = await confirmIn(this, {
      title: say("roll_back_title", { n: version.number }),
      text: say("roll_back_text"),
      action: say("roll_back"),
    });
    if (!sure || !this.list) return;
    try {
      const body = { to: version.number, number: this.list.number };
      await ask<WordList>(this.address("/rollback"), { method: "POST", body });
      toast(say("rolled_back", { n: version.number }));
      await this.load();
    } catch (error) {
      this.complain(error);
    }
  }

  private async importFile(event: Event): Promise<void> {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    if (!file) return;
    const send = (dry: boolean) => {
      const body = new FormData();
      body.append("file", file);
      if (this.baseId) body.append("base_id", this.baseId);
      return ask<Report>(`/api/v1/words/import?dry_run=${dry}`, { method: "POST", body });
    };
    try {
      const dry = await send(true);
      const counts = { added: dry.added.length, removed: dry.removed.length, problems: dry.problems.length };
      this.problems = dry.problems;
      this.requestUpdate();
      const question = { title: say("import_title", { file: file.name }), text: say("import_text", counts) };
      if (await confirmIn(this, { ...question, action: say("import_do") })) {
        await send(false);
        toast(say("imported", counts));
        await this.load();
      }
    } catch (error) {
      this.complain(error);
    }
    input.value = "";
  }

  private keepMine(): void {
    if (!this.theirs || !this.list) return;
    this.list = { ...this.list, number: this.theirs.number };
    this.theirs = null;
    this.error = "";
    void this.save();
  }

  private head(): TemplateResult {
    const list = this.list;
    const choose = (event: Event) => {
      this.baseId = (event.target as HTMLSelectElement).value;
      void this.load().catch((error: unknown) => this.complain(error));
    };
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">
            ${
              list
                ? say("facts", { groups: list.synonyms.length, protected: list.protected.length, version: list.number })
                : nothing
            }
          </div>
        </div>
        <div class="row push head-actions">
          <select class="input filter-state" aria-label=${say("scope")} @change=${choose}>
            <option value="">${say("shared")}</option>
            ${this.bases.map((base) => html`<option value=${base.base_id}>${base.name}</option>`)}
          </select>
          <a class="button" href=${this.address("/export")} download>${icon(FileDown)} ${say("export")}</a>
          <label class="button">
            ${icon(FileUp)} ${say("import")}
            <input
              type="file"
              class="visually-hidden"
              accept=".csv,.txt"
              @change=${(event: Event) => void this.importFile(event)}
            />
          </label>
          <button
            class="button primary"
            ?disabled=${!this.dirty}
            aria-busy=${this.busy ? "true" : "false"}
            @click=${() => void this.save()}
          >
            ${say("save")}
          </button>
        </div>
      </header>
    `;
  }

  private notices(): TemplateResult {
    const { done, total } = this.job?.progress ?? { done: 0, total: 0 };
    return html`
      ${
        this.error
          ? html`<div class="banner danger" role="alert">
              ${icon(TriangleAlert)} ${this.error}
              ${
                this.theirs
                  ? html`<button @click=${() => void this.load()}>${say("take_theirs")}</button>
                      <button @click=${() => this.keepMine()}>${say("keep_mine")}</button>`
                  : nothing
              }
            </div>`
          : nothing
      }
      ${this.job ? html`<div class="banner info" role="status"><span class="spinner"></span>${total ? say("reindexing", { done, total }) : say("reindex_waiting")}</div>` : nothing}
      ${this.measuring ? html`<div class="banner info" role="status"><span class="spinner"></span>${say("measuring")}</div>` : nothing}
      ${
        this.problems.length
          ? html`<ul class="banner warn words-problems">
              ${this.problems.slice(0, 10).map((one) => html`<li>${say("bad_row", { row: one.row, message: one.message })}</li>`)}
            </ul>`
          : nothing
      }
      ${this.measured ? this.comparison(this.measured.before, this.measured.after) : nothing}
    `;
  }

  private comparison(before: Measured, after: Measured): TemplateResult {
    if (!after.questions) return html`<div class="banner info">${say("no_questions")}</div>`;
    const figure = (of: Measured, name: (typeof FIGURES)[number]) =>
      name === "passed" ? `${of.passed} / ${of.questions}` : of[name].toFixed(3);
    return html`
      <table class="table words-figures">
        <thead>
          <tr>
            <th scope="col">${say("figure")}</th>
            <th scope="col" class="number">${say("before")}</th>
            <th scope="col" class="number">${say("after")}</th>
          </tr>
        </thead>
        <tbody>
          ${FIGURES.map(
            (name) =>
              html`<tr>
                <td>${say(`figure_${name}`)}</td>
                <td class="number">${figure(before, name)}</td>
                <td class="number">${figure(after, name)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    `;
  }

  private body(): TemplateResult {
    const typed = (event: Event) => {
      this.lists.filter = (event.target as HTMLInputElement).value;
    };
    return html`
      <div class="words-columns">
        <div class="stack">
          <div class="row filter-bar">
            <span class="input-with-icon">
              ${icon(Search)}
              <input class="input" type="search" placeholder=${say("find")} aria-label=${say("find")} @input=${typed} />
            </span>
            <label class="row words-measure" title=${say("measure_help")}>
              <input type="checkbox" class="checkbox" name="measure" /> ${say("measure")}
            </label>
            ${this.dirty ? html`<span class="badge warn push">${say("unsaved")}</span>` : nothing}
          </div>
          <words-lists class="stack"></words-lists>
        </div>
        <div class="stack">
          <words-test class="card stack"></words-test>
          <section class="card stack">
            <h2 class="title-15">${say("history")}</h2>
            ${wordsHistory(this.versions, (version) => void this.rollBack(version))}
          </section>
        </div>
      </div>
    `;
  }

  override render(): TemplateResult {
    return html`
      ${this.head()}
      <div class="page-body stack">
        ${this.notices()}
        ${
          this.list
            ? this.body()
            : this.error
              ? nothing
              : html`<div class="stack list-skeleton" aria-busy="true"><span class="skeleton"></span></div>`
        }
      </div>
    `;
  }
}

customElements.define("kefu-words", KefuWords);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-words": KefuWords;
  }
}
