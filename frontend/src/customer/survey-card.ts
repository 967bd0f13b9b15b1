/** <kefu-survey-card>: whether the problem was solved and how the service was; skipping is plain. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Annoyed, Check, Frown, Laugh, Meh, Smile } from "lucide";
import { PartElement } from "../shared/element";
import { say as sayShared } from "../shared/i18n";
import { icon } from "../shared/icons";
import type { Part } from "./contract";
import { say } from "./texts";

const FACES = [Frown, Annoyed, Meh, Smile, Laugh] as const;
const SCORES = [1, 2, 3, 4, 5] as const;

export interface Survey {
  scores: Partial<Record<Part, number>>;
  resolved?: boolean;
  comment?: string;
}

@customElement("kefu-survey-card")
export class SurveyCard extends PartElement {
  /** Whose parts are judged: the person's, the assistant's, or both apart. */
  @property({ attribute: false }) parts: readonly Part[] = ["bot"];
  /** Who helped. */
  @property({ attribute: false }) name: string | null = null;
  @property({ attribute: false }) busy = false;
  @property({ attribute: false }) problem = "";
  @state() private resolved: boolean | null = null;
  @state() private scores: Survey["scores"] = {};
  @state() private unchosen = false;

  private whose(part: Part): string {
    return part === "bot" ? say("survey_bot") : say("survey_person", { name: this.name ?? say("agent_fallback") });
  }

  private get missing(): boolean {
    return !Object.keys(this.scores).length;
  }

  private get complaint(): string {
    return this.unchosen && this.missing ? say("survey_choose") : this.problem;
  }

  protected override render(): TemplateResult {
    return html`<form class="card survey" @submit=${this.submit}>
      <h2 class="title-15" id="survey-title">${say("survey")}</h2>
      <div class="two" role="radiogroup" aria-labelledby="survey-title">
        ${this.choice(true, say("survey_yes"))} ${this.choice(false, say("survey_no"))}
      </div>
      ${this.parts.map((part) => this.faces(part))}
      <input
        class="input large"
        name="comment"
        maxlength="1000"
        autocomplete="off"
        aria-label=${say("survey_comment")}
        placeholder=${say("survey_comment")}
      />
      ${this.complaint ? html`<p class="error" role="alert">${this.complaint}</p>` : nothing}
      <button class="button primary large wide" aria-busy=${String(this.busy)}>${sayShared("submit")}</button>
      <button type="button" class="button ghost wide" @click=${() => this.tell("kefu-skip")}>${say("skip")}</button>
    </form>`;
  }

  private faces(part: Part): TemplateResult {
    const whose = this.whose(part);
    return html`<h3 class="title-13 row">
        ${
          part === "bot"
            ? html`<span class="avatar ai" aria-hidden="true">AI</span>`
            : html`<span class="avatar" aria-hidden="true">${Array.from(this.name ?? "")[0]}</span>`
        }${whose}
      </h3>
      <div class="faces" role="radiogroup" aria-label=${whose}>
        ${SCORES.map((score) => {
          const face = FACES[score - 1];
          return html`<button
            type="button"
            role="radio"
            class="face"
            aria-checked=${String(this.scores[part] === score)}
            @click=${() => (this.scores = { ...this.scores, [part]: score })}
          >
            ${face ? icon(face, 20) : nothing}<span>${say(`score_${score}`)}</span>
          </button>`;
        })}
      </div>`;
  }

  private choice(value: boolean, words: string): TemplateResult {
    const on = this.resolved === value;
    return html`<button
      type="button"
      role="radio"
      class="button large choice"
      aria-checked=${String(on)}
      @click=${() => (this.resolved = value)}
    >
      ${on ? icon(Check) : nothing}${words}
    </button>`;
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    this.unchosen = this.missing;
    if (this.missing) return;
    const comment = new FormData(event.target as HTMLFormElement).get("comment");
    const survey: Survey = { scores: this.scores };
    if (this.resolved !== null) survey.resolved = this.resolved;
    if (typeof comment === "string" && comment.trim()) survey.comment = comment.trim();
    this.tell("kefu-survey", survey);
  }
}
