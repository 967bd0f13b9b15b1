/** The two dialogs of the hit test: save a question into a set, and test a whole file of questions. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import hitTest from "../../texts/hit_test.json";
import { ask, Problem } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { dayAndTime, locale, sentences } from "../shared/i18n";
import { LiveStream } from "../shared/live";
import { toast } from "../staff/toast";
import { given, type Expected, type Options, type QuestionSet, type Run } from "./types";

const say = sentences(hitTest);
const SETS = "/api/v1/regression/sets";
const RUNS = "/api/v1/evaluations";
const NEW = "";

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

export class SaveQuestion extends PartElement {
  @state() private sets: QuestionSet[] = [];
  @state() private chosen = NEW;
  @state() private problem = "";
  private question = "";
  private expected: Expected[] = [];
  private origin = "hit_test";

  /** Opens with the question of the test and the passages it should find. */
  async open(question: string, expected: Expected[], origin = "hit_test"): Promise<void> {
    this.question = question;
    this.expected = expected;
    this.origin = origin;
    this.problem = "";
    this.sets = (await ask<{ items: QuestionSet[] }>(SETS)).items;
    this.chosen = this.sets[0]?.set_id ?? NEW;
    await this.updateComplete;
    part(this, "dialog", HTMLDialogElement).showModal();
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    try {
      let set = this.sets.find((one) => one.set_id === this.chosen);
      set ??= await ask<QuestionSet>(SETS, { method: "POST", body: { name: given(form, "name") } });
      const asked = {
        text: this.question,
        locale: /[\u3400-\u9fff]/.test(this.question) ? "zh-CN" : locale(),
        expected: this.expected,
        must: form.has("must"),
        must_refuse: form.has("must_refuse"),
        must_say: lines(given(form, "must_say")).map((words) => [words]),
      };
      const body = { questions: [asked], origin: this.origin };
      const kept = await ask<{ known: number }>(`${SETS}/${set.set_id}/questions`, { method: "POST", body });
      part(this, "dialog", HTMLDialogElement).close();
      toast(say(kept.known ? "known" : "saved", { set: set.name }));
    } catch (problem) {
      this.problem = problem instanceof Problem ? problem.detail : say("unreachable");
    }
  }

  override render(): TemplateResult {
    return html`<dialog class="dialog" aria-labelledby="save-title">
      <h2 id="save-title">${say("save_title")}</h2>
      <form class="stack" @submit=${(event: SubmitEvent) => void this.save(event)}>
        <p class="muted">${this.question}</p>
        <div class="field">
          <label for="save-set">${say("set")}</label>
          <select
            class="input"
            id="save-set"
            @change=${(event: Event) => (this.chosen = (event.target as HTMLSelectElement).value)}
          >
            ${this.sets.map(
              (one) => html`<option value=${one.set_id} ?selected=${one.set_id === this.chosen}>${one.name}</option>`,
            )}
            <option value=${NEW} ?selected=${this.chosen === NEW}>${say("new_set")}</option>
          </select>
        </div>
        ${
          this.chosen === NEW
            ? html`<div class="field">
                <label for="save-name">${say("set_name")}</label>
                <input class="input" id="save-name" name="name" required maxlength="120" />
              </div>`
            : nothing
        }
        <div class="field">
          <label for="save-words">${say("must_say")}</label>
          <textarea class="input" id="save-words" name="must_say" maxlength="2000"></textarea>
        </div>
        <label class="row"><input class="checkbox" type="checkbox" name="must" /> ${say("must")}</label>
        <label class="row"><input class="checkbox" type="checkbox" name="must_refuse" /> ${say("must_refuse")}</label>
        ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
        <div class="actions">
          <button type="button" class="button" @click=${() => part(this, "dialog", HTMLDialogElement).close()}>
            ${say("cancel")}
          </button>
          <button class="button primary">${say("do_save")}</button>
        </div>
      </form>
    </dialog>`;
  }
}

export class BatchTest extends PartElement {
  @property({ attribute: false }) options: Options = {};
  @state() private run: Run | null = null;
  @state() private earlier: Run[] = [];
  @state() private problem = "";
  private stream: LiveStream | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stream?.close();
  }

  /** Opens with what was tested before. */
  async open(): Promise<void> {
    this.problem = "";
    part(this, "dialog", HTMLDialogElement).showModal();
    this.earlier = (await ask<{ items: Run[] }>(`${RUNS}?kind=batch&limit=5`)).items;
  }

  private async start(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const body = new FormData(event.currentTarget as HTMLFormElement);
    body.set("options", JSON.stringify(this.options));
    try {
      this.run = await ask<Run>(`${RUNS}/batch`, { method: "POST", body });
      this.problem = "";
      this.follow(this.run);
    } catch (problem) {
      this.problem = problem instanceof Problem ? problem.detail : say("unreachable");
    }
  }

  /** Follows the job live; each of its changes says how far the run is. */
  private follow(run: Run): void {
    this.stream?.close();
    this.stream = new LiveStream(`/api/v1/jobs/${run.job_id}/events`, {
      onEvent: () => void this.refresh(run.run_id),
    });
  }

  private async refresh(runId: string): Promise<void> {
    this.run = (await ask<{ run: Run }>(`${RUNS}/${runId}`)).run;
    if (this.run.state !== "queued" && this.run.state !== "running") this.stream?.close();
  }

  private downloads(run: Run): TemplateResult {
    const path = `${RUNS}/${run.run_id}/result?format=`;
    return html`<a href="${path}csv" download>${say("download_csv")}</a>
      <a href="${path}xlsx" download>${say("download_xlsx")}</a>`;
  }

  private progress(run: Run): TemplateResult {
    const words = say(`batch_state_${run.state}`, { done: run.done, total: run.questions });
    const over = run.state !== "queued" && run.state !== "running";
    return html`<div class="stack" aria-live="polite">
      <progress class="progress" max=${run.questions} value=${run.done} aria-label=${run.file_name}></progress>
      <div class="row">
        <span class="caption">${words}</span><span class="row push">${over ? this.downloads(run) : nothing}</span>
      </div>
      ${run.error ? html`<p class="error">${run.error}</p>` : nothing}
    </div>`;
  }

  override render(): TemplateResult {
    const others = this.earlier.filter((one) => one.run_id !== this.run?.run_id);
    return html`<dialog class="dialog" aria-labelledby="batch-title">
      <h2 id="batch-title">${say("batch_title")}</h2>
      <form class="stack" @submit=${(event: SubmitEvent) => void this.start(event)}>
        <p class="muted" id="batch-help">${say("batch_help")}</p>
        <div class="field">
          <label for="batch-file">${say("choose_file")}</label>
          <input
            id="batch-file"
            type="file"
            name="file"
            required
            accept=".csv,.tsv,.txt,.xlsx,.jsonl"
            aria-describedby="batch-help"
          />
        </div>
        ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
        ${this.run ? this.progress(this.run) : nothing}
        ${
          others.length
            ? html`<h3 class="title-13">${say("earlier")}</h3>
                <ul class="stack">
                  ${others.map(
                    (one) =>
                      html`<li class="row">
                        <span class="ellipsis">${one.file_name}</span>
                        <span class="caption">${dayAndTime(new Date(one.created_at))}</span>
                        <span class="row push">${one.finished_at ? this.downloads(one) : nothing}</span>
                      </li>`,
                  )}
                </ul>`
            : nothing
        }
        <div class="actions">
          <button type="button" class="button" @click=${() => part(this, "dialog", HTMLDialogElement).close()}>
            ${say("close")}
          </button>
          <button class="button primary">${say("batch_start")}</button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("save-question", SaveQuestion);
customElements.define("batch-test", BatchTest);

declare global {
  interface HTMLElementTagNameMap {
    "save-question": SaveQuestion;
    "batch-test": BatchTest;
  }
}
