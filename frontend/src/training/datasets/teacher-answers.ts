/** Distilling: who answers approved questions and what that will cost, then every order with its progress and figures. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { GraduationCap } from "lucide";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { followJob, type Job } from "../../staff/jobs";
import { toast } from "../../staff/toast";
import { ask, attempt, counts, DATASETS, given, say, type Paged } from "./types";

const ORDERS = `${DATASETS}/distillations`;
const DEFAULT_MOST = 1000;

interface Price {
  prompt: number;
  completion: number;
  currency: string;
}

interface Teacher {
  teacher: string;
  name: string;
  price: Price | null;
}

interface Expected {
  questions: number;
  known: number;
  prompt_tokens: number;
  completion_tokens: number;
  cost: number | null;
  currency: string;
  seconds: number | null;
}

interface Figures {
  answers?: number;
  asked?: number;
  prompt_tokens?: number;
  completion_tokens?: number;
  cost?: number | null;
  currency?: string;
  step?: { before: number; after: number; codes: Record<string, number> };
}

interface Order {
  distillation_id: string;
  job_id: string;
  teacher_name: string;
  dataset_id: string | null;
  figures: Figures;
  created_by: string;
  created_at: string;
}

export class TeacherAnswers extends PartElement {
  @property({ type: Boolean }) may = false;
  @state() private teachers: Teacher[] | null = null;
  @state() private orders: Order[] = [];
  @state() private expected: Expected | null = null;
  @state() private jobs = new Map<string, Job>();
  private following = new Map<string, () => void>();
  /** Which estimate was asked for last: an answer to an earlier one comes too late. */
  private asked = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void attempt(async () => {
      await this.load();
      this.teachers = (await ask<{ items: Teacher[] }>(`${DATASETS}/teachers`)).items;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.following.values()) stop();
    this.following.clear();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("teachers") && this.teachers?.length && this.may) void this.estimate();
  }

  private async load(): Promise<void> {
    this.orders = (await ask<Paged<Order>>(`${ORDERS}?limit=20`)).items;
    for (const order of this.orders) if (!order.dataset_id) this.follow(order);
  }

  private follow(order: Order): void {
    if (this.following.has(order.job_id)) return;
    const stop = followJob(order.job_id, (job, over) => {
      if (job) this.jobs = new Map(this.jobs).set(order.job_id, job);
      if (over && job?.state === "succeeded") void attempt(() => this.load());
    });
    this.following.set(order.job_id, stop);
  }

  private get wish(): Record<string, unknown> {
    const form = new FormData(this.querySelector("form") ?? undefined);
    const [prompt, completion] = [given(form, "prompt"), given(form, "completion")];
    const price = prompt && completion ? { prompt: Number(prompt), completion: Number(completion) } : null;
    return { teacher: given(form, "teacher"), most: Number(given(form, "most")), ...(price ? { price } : {}) };
  }

  private async estimate(): Promise<void> {
    if (!this.querySelector("form")?.checkValidity()) return;
    const asked = (this.asked += 1);
    this.expected = null;
    await attempt(async () => {
      const body = this.wish;
      const found = await ask<Expected>(`${ORDERS}/estimate`, { method: "POST", body, timeoutMs: 60_000 });
      if (asked === this.asked) this.expected = found;
    });
  }

  private async start(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    await attempt(async () => {
      await ask(ORDERS, { method: "POST", body: this.wish, timeoutMs: 60_000 });
      toast(say("teach_started"));
      await this.load();
    });
  }

  private async cancel(order: Order): Promise<void> {
    await attempt(async () => {
      await ask(`/api/v1/jobs/${order.job_id}/cancel`, { method: "POST" });
    });
  }

  private told(): TemplateResult | typeof nothing {
    const found = this.expected;
    if (!found) return nothing;
    const used = tokens(found.prompt_tokens, found.completion_tokens);
    return html`<p>
      ${say("teach_expected", { n: found.questions, known: found.known })} · <span class="figures">${used}</span> ·
      ${found.cost === null ? say("teach_cost_unknown") : say("teach_cost", { cost: money(found.cost, found.currency) })}
      ${found.seconds === null ? nothing : html` · ${say("teach_minutes", { n: Math.ceil(found.seconds / 60) })}`}
    </p>`;
  }

  private number(name: "most" | "prompt" | "completion", value: string): TemplateResult {
    const most = name === "most";
    return html`<div class="field">
      <label for="teach-${name}">${say(`teach_${name}`)}</label>
      <input
        class="input"
        id="teach-${name}"
        name=${name}
        type="number"
        min=${most ? 1 : 0}
        max="100000"
        step=${most ? "1" : "any"}
        ?required=${most}
        .value=${value}
      />
    </div>`;
  }

  private form(teachers: Teacher[]): TemplateResult {
    if (!teachers.length) return html`<p class="muted">${say("teach_nobody")}</p>`;
    return html`<form
      class="stack"
      @submit=${(event: SubmitEvent) => void this.start(event)}
      @change=${() => void this.estimate()}
    >
      <div class="learn-fields">
        <div class="field">
          <label for="teach-teacher">${say("teach_teacher")}</label>
          <select class="input" id="teach-teacher" name="teacher">
            ${teachers.map((one) => html`<option value=${one.teacher}>${one.name}</option>`)}
          </select>
        </div>
        ${this.number("most", String(DEFAULT_MOST))} ${this.number("prompt", "")} ${this.number("completion", "")}
      </div>
      <div role="status">${this.told()}</div>
      <div><button class="button primary">${icon(GraduationCap)} ${say("teach_start")}</button></div>
    </form>`;
  }

  private progress(order: Order): TemplateResult {
    const job = this.jobs.get(order.job_id);
    if (!job) return html`<span class="caption">…</span>`;
    if (job.state === "failed") return html`<p class="error">${job.error?.message ?? say("failed")}</p>`;
    if (job.state === "cancelled") return html`<span class="badge">${say("teach_cancelled")}</span>`;
    const { done, total } = job.progress;
    if (!total) return html`<span class="caption">${say("build_waits")}</span>`;
    return html`<div class="learn-row">
      <div
        class="progress run-steps"
        role="progressbar"
        aria-label=${say("teach_progress")}
        aria-valuemin="0"
        aria-valuemax=${total}
        aria-valuenow=${done}
      >
        <span style="width: ${(100 * done) / total}%"></span>
      </div>
      <span class="figures caption">${done} / ${total}</span>
      ${
        this.may
          ? html`<button class="button small" type="button" @click=${() => void this.cancel(order)}>
              ${say("teach_cancel")}
            </button>`
          : nothing
      }
    </div>`;
  }

  private outcome(order: Order): TemplateResult {
    if (!order.dataset_id) return this.progress(order);
    const { step, asked, prompt_tokens, completion_tokens, cost, currency } = order.figures;
    return html`${say("teach_done", { kept: step?.after ?? 0, of: step?.before ?? 0 })}
      <div class="caption">${counts("code", step?.codes ?? {})}</div>
      <div class="caption figures">
        ${say("teach_used", { n: asked ?? 0 })} · ${tokens(prompt_tokens ?? 0, completion_tokens ?? 0)}
        ${cost === null || cost === undefined ? nothing : html` · ${money(cost, currency ?? "CNY")}`}
      </div>`;
  }

  private list(): TemplateResult {
    if (!this.orders.length) return html`<p class="muted">${say("teach_none")}</p>`;
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("tab_teach")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("teach_teacher")}</th>
            <th scope="col">${say("teach_outcome")}</th>
            <th scope="col" class="wide-only">${say("by")}</th>
            <th scope="col" class="wide-only">${say("when")}</th>
          </tr>
        </thead>
        <tbody>
          ${this.orders.map(
            (one) =>
              html`<tr>
                <td><b>${one.teacher_name}</b></td>
                <td>${this.outcome(one)}</td>
                <td class="wide-only">${one.created_by}</td>
                <td class="wide-only figures">${dayAndTime(new Date(one.created_at))}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  override render(): TemplateResult {
    if (!this.teachers) return html`<div class="skeleton run-skeleton" aria-busy="true"></div>`;
    return html`<p class="muted">${say("teach_help")}</p>
      ${
        this.may
          ? html`<section class="card learn-card" aria-label=${say("teach_start")}>
              ${this.form(this.teachers)}
            </section>`
          : nothing
      }
      ${this.list()}`;
  }
}

function tokens(read: number, written: number): string {
  return say("teach_tokens", { in: read.toLocaleString(), out: written.toLocaleString() });
}

function money(amount: number, currency: string): string {
  return `${amount.toFixed(amount < 1 ? 4 : 2)} ${currency}`;
}

customElements.define("teacher-answers", TeacherAnswers);

declare global {
  interface HTMLElementTagNameMap {
    "teacher-answers": TeacherAnswers;
  }
}
