/** The page of regression questions: sets with their questions, runs with what changed, and the gate. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ListChecks, Pencil, Play, Plus, ScanSearch, Trash2 } from "lucide";
import regression from "../../texts/regression.json";
import { ask, Problem } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { dayAndTime, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { tabList, tabPanel, type Tabs } from "../shared/tabs";
import { confirmIn } from "../staff/confirm-dialog";
import { toast } from "../staff/toast";
import { QuestionEditor, type KeptQuestion } from "./question-editor";
import { RegressionRuns } from "./regression-runs";
import { given, type QuestionSet } from "./types";

const say = sentences(regression);
type Said = keyof typeof regression;
const API = "/api/v1/regression";
const TABS = ["questions", "runs", "gate"] as const;
type Tab = (typeof TABS)[number];
const RULES = ["recall_at_5_fall", "mrr_fall", "false_refusals_rise", "new_false_answers", "broken_musts"] as const;
type Rules = Record<(typeof RULES)[number], number | null>;

export class KefuRegression extends PartElement {
  @state() private sets: QuestionSet[] | null = null;
  @state() private set = "";
  @state() private tab: Tab = "questions";
  @state() private questions: KeptQuestion[] | null = null;
  @state() private next: string | null = null;
  @state() private rules: Rules | null = null;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    const wanted = new URLSearchParams(location.search);
    this.tab = TABS.find((tab) => tab === wanted.get("tab")) ?? "questions";
    this.set = wanted.get("set") ?? "";
    this.addEventListener("questions-changed", () => void this.load());
    void this.load();
  }

  private get may(): boolean {
    return "mayWrite" in this.dataset;
  }

  private async load(): Promise<void> {
    await this.attempt(async () => {
      this.sets = (await ask<{ items: QuestionSet[] }>(`${API}/sets`)).items;
      if (!this.sets.some((one) => one.set_id === this.set)) this.set = this.sets[0]?.set_id ?? "";
      this.questions = [];
      this.next = null;
      if (this.set) await this.more();
      this.rules = await ask<Rules>(`${API}/gate`);
    });
  }

  private async more(): Promise<void> {
    const cursor = this.next ? `&cursor=${this.next}` : "";
    const page = await ask<{ items: KeptQuestion[]; next_cursor: string | null }>(
      `${API}/sets/${this.set}/questions?limit=50${cursor}`,
    );
    this.questions = [...(this.questions ?? []), ...page.items];
    this.next = page.next_cursor;
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (problem) {
      toast(problem instanceof Problem && problem.detail ? problem.detail : say("failed"), "alert");
    }
  }

  private show(tab: Tab): void {
    this.tab = tab;
    history.replaceState(null, "", `?tab=${tab}&set=${this.set}`);
  }

  private async run(): Promise<void> {
    await this.attempt(async () => {
      await ask("/api/v1/evaluations", { method: "POST", body: this.set ? { set_id: this.set } : {} });
      toast(say("started"));
      this.show("runs");
      await this.updateComplete;
      await part(this, "regression-runs", RegressionRuns).load();
    });
  }

  private async addSet(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const name = given(new FormData(form), "name");
    await this.attempt(async () => {
      this.set = (await ask<QuestionSet>(`${API}/sets`, { method: "POST", body: { name } })).set_id;
      form.reset();
      await this.load();
    });
  }

  private async removeSet(set: QuestionSet): Promise<void> {
    const sure = await confirmIn(this, {
      title: say("delete_set_title", { name: set.name }),
      text: say("delete_set_text", { n: set.questions }),
      action: say("delete_do"),
    });
    if (sure)
      await this.attempt(async () => {
        await ask(`${API}/sets/${set.set_id}`, { method: "DELETE" });
        await this.load();
      });
  }

  private async removeQuestion(kept: KeptQuestion): Promise<void> {
    const text = say("delete_text", { text: kept.text });
    if (await confirmIn(this, { title: say("delete_title"), text, action: say("delete_do") }))
      await this.attempt(async () => {
        await ask(`${API}/questions/${kept.question_id}`, { method: "DELETE" });
        await this.load();
      });
  }

  private async importFile(event: Event): Promise<void> {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    if (!file) return;
    const body = new FormData();
    body.set("file", file);
    input.value = "";
    await this.attempt(async () => {
      const path = `${API}/import/${this.set}`;
      const found = await ask<{ question_ids: string[]; known: number }>(path, { method: "POST", body });
      toast(say("imported", { n: found.question_ids.length, known: found.known }));
      await this.load();
    });
  }

  private expects(kept: KeptQuestion): TemplateResult {
    const said = kept.must_say.map((group) => group.join(say("or"))).join(say("separator"));
    return html`<ul class="expects">
      ${kept.expected.slice(0, 3).map((one) => html`<li>${one.title || one.question || one.source || one.text}</li>`)}
      ${kept.expected.length > 3 ? html`<li class="caption">+${kept.expected.length - 3}</li>` : nothing}
      ${said ? html`<li class="caption">${say("says", { words: said })}</li>` : nothing}
      ${
        kept.must_not_say.length
          ? html`<li class="caption">${say("never_says", { words: kept.must_not_say.join(say("separator")) })}</li>`
          : nothing
      }
    </ul>`;
  }

  private row(kept: KeptQuestion): TemplateResult {
    const edit = () => void part(this, "question-editor", QuestionEditor).open(this.set, kept);
    const act = (label: string, mark: TemplateResult, work: () => void) =>
      html`<button class="button ghost icon-only small" aria-label=${label} title=${label} @click=${work}>
        ${mark}
      </button>`;
    return html`<tr>
      <td>
        ${kept.text} ${kept.must ? html`<span class="badge accent">${say("must")}</span>` : nothing}
        ${kept.must_refuse ? html`<span class="badge warn">${say("must_refuse")}</span>` : nothing}
        ${kept.tags.map((tag) => html`<span class="badge">${tag}</span> `)}
      </td>
      <td class="question-expects">${this.expects(kept)}</td>
      <td class="wide-only">${say(`origin_${kept.origin}` as Said)}</td>
      <td class="wide-only figures">${dayAndTime(new Date(kept.updated_at))}</td>
      <td>
        <span class="row">
          <a
            class="button ghost icon-only small"
            href="/admin/hit-test?q=${encodeURIComponent(kept.text)}"
            aria-label=${say("test_named", { text: kept.text })}
            >${icon(ScanSearch)}</a
          >
          ${
            this.may
              ? [
                  act(say("edit_named", { text: kept.text }), icon(Pencil), edit),
                  act(say("delete_named", { text: kept.text }), icon(Trash2), () => void this.removeQuestion(kept)),
                ]
              : nothing
          }
        </span>
      </td>
    </tr>`;
  }

  private questionTab(): TemplateResult {
    const set = this.sets?.find((one) => one.set_id === this.set);
    if (!this.questions) return html`<div class="stack" aria-busy="true"><span class="skeleton"></span></div>`;
    if (!set) return this.nothing(say("no_sets"), say("no_sets_next"));
    return html`
      <div class="row regression-tools">
        ${
          this.may
            ? html`<button
                  class="button"
                  @click=${() => void part(this, "question-editor", QuestionEditor).open(this.set, null)}
                >
                  ${icon(Plus)} ${say("add")}
                </button>
                <label class="button" tabindex="-1"
                  >${say("import")}<input
                    class="visually-hidden"
                    type="file"
                    accept=".csv,.tsv,.txt,.xlsx,.jsonl"
                    @change=${(event: Event) => void this.importFile(event)}
                /></label>`
            : nothing
        }
        <a class="button" href="${API}/sets/${set.set_id}/export?format=csv" download>${say("export_csv")}</a>
        <a class="button" href="${API}/sets/${set.set_id}/export?format=jsonl" download>${say("export_jsonl")}</a>
        ${
          this.may
            ? html`<button class="button danger-ghost push" @click=${() => void this.removeSet(set)}>
                ${say("delete_set")}
              </button>`
            : nothing
        }
      </div>
      ${this.questions.length ? this.table(this.questions) : this.nothing(say("no_questions"), say("no_questions_next"))}
    `;
  }

  private table(questions: KeptQuestion[]): TemplateResult {
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("tab_questions")}>
        <table class="table two-line questions">
          <thead>
            <tr>
              <th scope="col">${say("question")}</th>
              <th scope="col">${say("expects")}</th>
              <th scope="col" class="wide-only">${say("origin")}</th>
              <th scope="col" class="wide-only">${say("changed")}</th>
              <th scope="col"><span class="visually-hidden">${say("actions")}</span></th>
            </tr>
          </thead>
          <tbody>
            ${questions.map((kept) => this.row(kept))}
          </tbody>
        </table>
      </div>
      ${this.next ? html`<button class="button" @click=${() => void this.more()}>${say("more")}</button>` : nothing}`;
  }

  private nothing(title: string, next: string): TemplateResult {
    return html`<div class="state">
      <span class="state-mark">${icon(ListChecks, 20)}</span>
      <h2>${title}</h2>
      <p>${next}</p>
    </div>`;
  }

  private gateTab(): TemplateResult {
    const rules = this.rules;
    if (!rules) return html``;
    const save = (event: SubmitEvent) => {
      event.preventDefault();
      const form = new FormData(event.currentTarget as HTMLFormElement);
      const body = Object.fromEntries(
        RULES.map((name) => [name, given(form, name) === "" ? null : Number(given(form, name))]),
      );
      void this.attempt(async () => {
        this.rules = await ask<Rules>(`${API}/gate`, { method: "PUT", body });
        toast(say("saved"));
      });
    };
    return html`<form class="gate-form stack" @submit=${save}>
      <h2 class="title-15">${say("gate_title")}</h2>
      <p class="muted">${say("gate_help")}</p>
      ${RULES.map((name) => {
        const counted = name === "new_false_answers" || name === "broken_musts";
        return html`<div class="field">
          <label for="rule-${name}">${say(`rule_${name}`)}</label>
          <input
            class="input"
            id="rule-${name}"
            name=${name}
            type="number"
            min="0"
            max=${counted ? 10_000 : 1}
            step=${counted ? 1 : 0.005}
            ?readonly=${!this.may}
            .value=${String(rules[name] ?? "")}
          />
        </div>`;
      })}
      ${this.may ? html`<div><button class="button primary">${say("save")}</button></div>` : nothing}
    </form>`;
  }

  private head(): TemplateResult {
    const picked = (event: Event) => {
      this.set = (event.target as HTMLSelectElement).value;
      this.show(this.tab);
      void this.load();
    };
    return html`<header class="page-head">
      <div>
        <h1 class="title-20">${say("title")}</h1>
        <div class="caption">${say("subtitle")}</div>
      </div>
      <span class="row push regression-tools">
        <select class="input regression-set" aria-label=${say("set")} @change=${picked}>
          ${this.sets?.map(
            (one) =>
              html`<option value=${one.set_id} ?selected=${one.set_id === this.set}>
                ${say("set_count", { name: one.name, n: one.questions })}
              </option>`,
          )}
        </select>
        ${
          this.may
            ? html`<form class="row" @submit=${(event: SubmitEvent) => void this.addSet(event)}>
                  <input
                    class="input"
                    name="name"
                    required
                    maxlength="120"
                    aria-label=${say("set_name")}
                    placeholder=${say("set_name")}
                  />
                  <button class="button">${say("new_set")}</button>
                </form>
                <button class="button primary" ?disabled=${!this.set} @click=${() => void this.run()}>
                  ${icon(Play)} ${say("run")}
                </button>`
            : nothing
        }
      </span>
    </header>`;
  }

  override render(): TemplateResult {
    const tabs: Tabs<Tab> = {
      id: "regression",
      label: say("title"),
      all: TABS.map((tab) => [tab, say(`tab_${tab}`)] as const),
      chosen: this.tab,
      choose: (tab) => this.show(tab),
    };
    return html`
      ${this.head()}
      <div class="page-body stack">
        ${tabList(tabs)} ${tabPanel(tabs, "questions", this.tab === "questions" ? this.questionTab() : nothing)}
        ${tabPanel(
          tabs,
          "runs",
          this.tab === "runs" ? html`<regression-runs .set=${this.set}></regression-runs>` : nothing,
        )}
        ${tabPanel(tabs, "gate", this.tab === "gate" ? this.gateTab() : nothing)}
      </div>
      <question-editor></question-editor>
    `;
  }
}

customElements.define("kefu-regression", KefuRegression);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-regression": KefuRegression;
  }
}
