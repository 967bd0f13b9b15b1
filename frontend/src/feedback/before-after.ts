/** What publication would change: each question as it is answered now and as it would be, the figures, the verdict. */
import { html, nothing, type TemplateResult } from "lit";
import { CircleCheck, CircleX, FlaskConical, Info } from "lucide";
import { ask } from "../shared/api";
import { PartElement } from "../shared/element";
import { icon } from "../shared/icons";
import { followJob } from "../staff/jobs";
import { complain } from "../staff/told";
import { CORRECTIONS, say, type Correction, type Said, type Trial } from "./types";

const SHOWN = 6;

export class BeforeAfter extends PartElement {
  static override properties = { correction: { attribute: false }, all: { state: true }, running: { state: true } };
  declare correction: Correction | null;
  declare all: boolean;
  declare running: boolean;
  private stop: (() => void) | null = null;
  private job = "";

  constructor() {
    super();
    this.correction = null;
    this.all = false;
    this.running = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }

  override willUpdate(): void {
    const one = this.correction;
    const job = one && !one.problem && !one.trial && one.job_id ? one.job_id : "";
    const waits = one?.state === "accepted" && !one.problem && one.job_id ? one.job_id : job;
    if (waits && waits !== this.job) this.watch(waits);
    if (!waits) this.job = "";
  }

  private watch(jobId: string): void {
    this.job = jobId;
    this.running = true;
    this.stop?.();
    this.stop = followJob(jobId, (_, over) => {
      if (!over) return;
      this.running = false;
      this.tell("correction-changed");
    });
  }

  private async try(): Promise<void> {
    if (!this.correction || this.running) return;
    this.running = true;
    try {
      const path = `${CORRECTIONS}/${this.correction.correction_id}/try`;
      const begun = await ask<Correction>(path, { method: "POST" });
      if (begun.job_id) this.watch(begun.job_id);
    } catch (error) {
      this.running = false;
      complain(error);
    }
  }

  private said(said: Said, title: string, look: string): TemplateResult {
    return html`
      <div class="said ${look}">
        <div class="caption">${title} · ${say(`outcome_${said.outcome}` as "outcome_faq")}</div>
        <p>${said.text || "—"}</p>
        ${said.cited.length ? html`<div class="caption">${said.cited.join("，")}</div>` : nothing}
      </div>
    `;
  }

  private question(one: Trial["questions"][number], published: boolean): TemplateResult {
    const look = one.after.right ? "ok" : one.before.right ? "danger" : "";
    return html`
      <li>
        <h3 class="row ${one.after.right ? "ok" : "danger"}">
          ${icon(one.after.right ? CircleCheck : CircleX)} <span>${one.text}</span>
        </h3>
        <div class="before-after">
          ${this.said(one.before, say(published ? "before" : "now"), "")} ${this.said(one.after, say("after"), look)}
        </div>
      </li>
    `;
  }

  private figures(trial: Trial): TemplateResult {
    const tests = trial.regression;
    const after = trial.right_live ?? trial.right_after;
    const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
    return html`
      <dl class="trial-figures">
        <div>
          <dt class="caption" title=${say("own_right_means")}>${say("own_right")}</dt>
          <dd>
            ${trial.right_before} → <b class=${after >= trial.right_before ? "ok" : "danger"}>${after}</b>
            <span class="caption">/ ${trial.asked}</span>
          </dd>
        </div>
        <div>
          <dt class="caption" title=${say("others_right_means")}>${say("others_right")}</dt>
          <dd>
            ${
              tests.questions
                ? html`${tests.passed_before} →
                    <b class=${tests.passed_after >= tests.passed_before ? "" : "danger"}>${tests.passed_after}</b>
                    <span class="caption">/ ${tests.questions}</span>`
                : html`<span class="caption">${say("no_regression")}</span>`
            }
          </dd>
        </div>
        <div>
          <dt class="caption" title=${say("false_answers_means")}>${say("false_answers")}</dt>
          <dd>${percent(tests.false_answers_before)} → <b>${percent(tests.false_answers_after)}</b></dd>
        </div>
      </dl>
    `;
  }

  private trial(trial: Trial, correction: Correction): TemplateResult {
    const shown = this.all ? trial.questions : trial.questions.slice(0, SHOWN);
    const rest = trial.questions.length - shown.length;
    const published = correction.state === "published";
    return html`
      ${this.figures(trial)}
      ${
        trial.passes
          ? nothing
          : html`<div class="banner danger" role="status">
              <span>${say("gate_stops")} ${trial.regression.broken.join(" · ")}</span>
            </div>`
      }
      <ul class="trial-questions">
        ${shown.map((one) => this.question(one, published))}
      </ul>
      ${
        rest > 0
          ? html`<button class="link-button" @click=${() => (this.all = true)}>
              ${say("rest", { n: rest, right: trial.questions.slice(SHOWN).filter((one) => one.after.right).length })}
            </button>`
          : nothing
      }
    `;
  }

  override render(): TemplateResult {
    const one = this.correction;
    const open = one !== null && one.plan.place !== "training" && one.state !== "published" && one.state !== "rejected";
    return html`
      <header class="row trial-head">
        <h2 class="title-13">${say("before_after")}</h2>
        ${one?.trial ? html`<span class="caption push">${say("tried", { n: (one.trial.took_ms / 1000).toFixed(1) })}</span>` : nothing}
        ${
          open
            ? html`<button
                class="button small${one.trial ? "" : " push"}"
                aria-busy=${this.running ? "true" : "false"}
                @click=${() => void this.try()}
              >
                ${icon(FlaskConical, 14)} ${say(this.running ? "trying" : "try")}
              </button>`
            : nothing
        }
      </header>
      ${
        one?.trial
          ? this.trial(one.trial, one)
          : html`<div class="state">
              <span class="state-mark">${icon(FlaskConical, 20)}</span>
              <h3>
                ${say(one?.plan.place === "training" ? "no_trial_training" : this.running ? "trying" : "no_trial")}
              </h3>
              <p>${say(one?.plan.place === "training" ? "no_trial_training_next" : "no_trial_next")}</p>
            </div>`
      }
      <p class="caption row trial-rule">${icon(Info, 14)} <span>${say("rule")}</span></p>
    `;
  }
}

customElements.define("before-after", BeforeAfter);

declare global {
  interface HTMLElementTagNameMap {
    "before-after": BeforeAfter;
  }
}
