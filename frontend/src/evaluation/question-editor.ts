/** The dialog that adds or changes one regression question. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import regression from "../../texts/regression.json";
import { ask, Problem } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { sentences } from "../shared/i18n";
import { toast } from "../staff/toast";
import { given, type Expected } from "./types";

const say = sentences(regression);

export interface Question {
  text: string;
  locale: "zh-CN" | "en";
  expected: Expected[];
  must_say: string[][];
  must_not_say: string[];
  must_refuse: boolean;
  must: boolean;
  tags: string[];
  note: string;
}

export interface KeptQuestion extends Question {
  question_id: string;
  set_id: string;
  origin: string;
  created_by: string;
  updated_at: string;
  version: number;
}

function lines(form: FormData, name: string): string[] {
  return given(form, name)
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Whether the expected passage is one exact passage, which only the hit test can choose. */
function exact(one: Expected): boolean {
  return Boolean(one.text) || Boolean(one.sha256) || (Boolean(one.faq_id) && !one.question);
}

export class QuestionEditor extends PartElement {
  @state() private kept: KeptQuestion | null = null;
  @state() private problem = "";
  private setId = "";

  /** Opens for a new question of a set, or for one it has. */
  async open(setId: string, kept: KeptQuestion | null): Promise<void> {
    this.setId = setId;
    this.kept = kept;
    this.problem = "";
    await this.updateComplete;
    part(this, "form", HTMLFormElement).reset();
    part(this, "dialog", HTMLDialogElement).showModal();
  }

  private read(form: FormData): Question {
    const found = [
      ...(this.kept?.expected ?? []).filter(exact),
      ...lines(form, "documents").map((source) => ({ source })),
      ...lines(form, "faqs").map((question) => ({ question })),
    ];
    return {
      text: given(form, "text"),
      locale: given(form, "locale") === "en" ? "en" : "zh-CN",
      expected: found,
      must_say: lines(form, "must_say").map((line) => line.split(" / ").map((words) => words.trim())),
      must_not_say: lines(form, "must_not_say"),
      must_refuse: form.has("must_refuse"),
      must: form.has("must"),
      tags: lines(form, "tags"),
      note: this.kept?.note ?? "",
    };
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const question = this.read(new FormData(event.currentTarget as HTMLFormElement));
    try {
      if (this.kept)
        await ask(`/api/v1/regression/questions/${this.kept.question_id}`, {
          method: "PUT",
          body: { ...question, version: this.kept.version },
        });
      else
        await ask(`/api/v1/regression/sets/${this.setId}/questions`, {
          method: "POST",
          body: { questions: [question] },
        });
      part(this, "dialog", HTMLDialogElement).close();
      toast(say("saved"));
      this.tell("questions-changed");
    } catch (problem) {
      this.problem = problem instanceof Problem && problem.detail ? problem.detail : say("failed");
    }
  }

  private lines(name: string, label: string, values: string[]): TemplateResult {
    return html`<div class="field">
      <label for="editor-${name}">${label}</label>
      <textarea
        class="input"
        id="editor-${name}"
        name=${name}
        maxlength="4000"
        .defaultValue=${values.join("\n")}
      ></textarea>
    </div>`;
  }

  override render(): TemplateResult {
    const kept = this.kept;
    const expected = kept?.expected ?? [];
    const passages = expected.filter(exact).length;
    const plain = expected.filter((one) => !exact(one));
    return html`<dialog class="dialog editor-dialog" aria-labelledby="editor-title">
      <h2 id="editor-title">${say(kept ? "edit" : "add")}</h2>
      <form class="stack" @submit=${(event: SubmitEvent) => void this.save(event)}>
        <div class="field">
          <label for="editor-text">${say("question")}</label>
          <textarea
            class="input"
            id="editor-text"
            name="text"
            required
            maxlength="2000"
            .defaultValue=${kept?.text ?? ""}
          ></textarea>
        </div>
        <div class="field">
          <label for="editor-locale">${say("locale")}</label>
          <select class="input" id="editor-locale" name="locale">
            <option value="zh-CN" ?selected=${kept?.locale !== "en"}>${say("locale_zh")}</option>
            <option value="en" ?selected=${kept?.locale === "en"}>${say("locale_en")}</option>
          </select>
        </div>
        ${this.lines("documents", say("expected_documents"), plain.map((one) => one.source ?? "").filter(Boolean))}
        ${this.lines("faqs", say("expected_faqs"), plain.map((one) => one.question ?? "").filter(Boolean))}
        ${passages ? html`<p class="help">${say("kept_passages", { n: passages })}</p>` : nothing}
        ${this.lines(
          "must_say",
          say("must_say"),
          (kept?.must_say ?? []).map((group) => group.join(" / ")),
        )}
        ${this.lines("must_not_say", say("must_not_say"), kept?.must_not_say ?? [])}
        ${this.lines("tags", say("tags"), kept?.tags ?? [])}
        <label class="row">
          <input class="checkbox" type="checkbox" name="must" ?checked=${kept?.must ?? false} />
          ${say("must")} <span class="caption">${say("must_help")}</span>
        </label>
        <label class="row">
          <input class="checkbox" type="checkbox" name="must_refuse" ?checked=${kept?.must_refuse ?? false} />
          ${say("must_refuse")}
        </label>
        ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
        <div class="actions">
          <button type="button" class="button" @click=${() => part(this, "dialog", HTMLDialogElement).close()}>
            ${say("cancel")}
          </button>
          <button class="button primary">${say("save")}</button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("question-editor", QuestionEditor);

declare global {
  interface HTMLElementTagNameMap {
    "question-editor": QuestionEditor;
  }
}
