/** Rows waiting for a pair of eyes, or two: mend the words, name the intent, accept or reject. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { ClipboardCheck } from "lucide";
import { PartElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";
import { ask, attempt, DATASETS, given, named, say, type Material, type Paged } from "./types";

interface Overview {
  by_state: Record<string, number>;
  seen_by_two: number;
  agreed: number;
  kappa: number | null;
  reviewers: number;
}

export class MaterialReview extends PartElement {
  @property({ attribute: false }) mayCollect = false;
  @property({ attribute: false }) mayReview = false;
  @state() private rows: Material[] | null = null;
  @state() private overview: Overview | null = null;
  @state() private next: string | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  async load(): Promise<void> {
    await attempt(async () => {
      this.overview = await ask<Overview>(`${DATASETS}/material/overview`);
      this.rows = [];
      this.next = null;
      await this.more();
    });
  }

  private async more(): Promise<void> {
    const cursor = this.next ? `&cursor=${this.next}` : "";
    const page = await ask<Paged<Material>>(`${DATASETS}/material?state=waiting&state=disputed&limit=20${cursor}`);
    this.rows = [...(this.rows ?? []), ...page.items];
    this.next = page.next_cursor;
  }

  private async collect(): Promise<void> {
    await attempt(async () => {
      const { added } = await ask<{ added: number }>(`${DATASETS}/replies`, { method: "POST", body: {} });
      toast(say("collected", { n: added }));
      await this.load();
    });
  }

  private async judge(row: Material, form: HTMLFormElement, accept: boolean): Promise<void> {
    const said = new FormData(form);
    const words = (name: string) => given(said, name);
    const body: Record<string, unknown> = { accept, intent: words("intent") };
    if (words("question") && words("question") !== row.question) body["question"] = words("question");
    if (words("answer") && words("answer") !== row.answer) body["answer"] = words("answer");
    await attempt(async () => {
      const after = await ask<Material>(`${DATASETS}/material/${row.material_id}/reviews`, { method: "POST", body });
      toast(named("state", after.state));
      const stays = after.state === "waiting" || after.state === "disputed";
      this.rows = (this.rows ?? []).flatMap((one) => (one === row ? (stays ? [after] : []) : [one]));
      this.overview = await ask<Overview>(`${DATASETS}/material/overview`);
    });
  }

  private card(row: Material, place: number): TemplateResult {
    const form = (event: Event) => (event.currentTarget as HTMLElement).closest("form") as HTMLFormElement;
    return html`<li>
      <form class="card stack learn-card" @submit=${(event: Event) => event.preventDefault()}>
        <div class="learn-row">
          <span class="badge">${named("source", row.source)}</span>
          <span class="badge ${row.state === "disputed" ? "warn" : ""}">${named("state", row.state)}</span>
          <span class="caption"
            >${row.said_by ? say("said_by", { name: row.said_by }) : row.line ? say("from_line", { n: row.line }) : nothing}</span
          >
          ${row.opinions.map(
            (one) =>
              html`<span class="badge ${one.accept ? "ok" : "danger"}"
                >${say(one.accept ? "accepted_by" : "rejected_by", { name: one.by })}</span
              >`,
          )}
        </div>
        ${row.history.map((turn) => html`<div class="caption">${turn.role}: ${turn.content}</div>`)}
        <div class="field">
          <label for="question-${place}">${say("question")}</label>
          <textarea
            class="input"
            id="question-${place}"
            name="question"
            rows="1"
            maxlength="4000"
            .value=${row.question}
          ></textarea>
        </div>
        <div class="field">
          <label for="answer-${place}">${say("answer")}</label>
          <textarea class="input" id="answer-${place}" name="answer" maxlength="20000" .value=${row.answer}></textarea>
        </div>
        <div class="learn-row">
          <label for="intent-${place}">${say("intent")}</label>
          <input class="input learn-short" id="intent-${place}" name="intent" maxlength="60" .value=${row.intent} />
          ${
            this.mayReview
              ? html`<button
                    type="button"
                    class="button danger-ghost push"
                    @click=${(event: Event) => void this.judge(row, form(event), false)}
                  >
                    ${say("reject")}
                  </button>
                  <button
                    type="button"
                    class="button primary"
                    @click=${(event: Event) => void this.judge(row, form(event), true)}
                  >
                    ${say("accept")}
                  </button>`
              : nothing
          }
        </div>
      </form>
    </li>`;
  }

  private head(seen: Overview): TemplateResult {
    const { waiting = 0, disputed = 0, accepted = 0, rejected = 0 } = seen.by_state;
    return html`<div class="learn-row">
      <span class="figures">${say("waiting_count", { waiting, disputed, accepted, rejected })}</span>
      <span class="badge">${say("reviewers_needed", { n: seen.reviewers })}</span>
      ${
        seen.seen_by_two
          ? html`<span class="caption"
              >${say("agreement", { n: seen.seen_by_two, share: Math.round((seen.agreed / seen.seen_by_two) * 100) })}
              ${
                seen.kappa === null
                  ? nothing
                  : html`·
                      <span class="definition" title=${say("kappa_help")}>${say("kappa", { k: seen.kappa })}</span>`
              }</span
            >`
          : nothing
      }
      ${
        this.mayCollect
          ? html`<button class="button push" @click=${() => void this.collect()}>${say("collect")}</button>`
          : nothing
      }
    </div>`;
  }

  override render(): TemplateResult {
    if (!this.rows || !this.overview) return html`<div class="skeleton run-skeleton" aria-busy="true"></div>`;
    return html`
      ${this.head(this.overview)}
      ${
        this.rows.length
          ? html`<ul class="plain-list stack">
              ${this.rows.map((row, place) => this.card(row, place))}
            </ul>`
          : html`<div class="state">
              <span class="state-mark">${icon(ClipboardCheck, 20)}</span>
              <h2>${say("all_reviewed")}</h2>
              <p>${say("all_reviewed_next")}</p>
            </div>`
      }
      ${
        this.next
          ? html`<button class="button" @click=${() => void attempt(() => this.more())}>${say("more")}</button>`
          : nothing
      }
    `;
  }
}

customElements.define("material-review", MaterialReview);

declare global {
  interface HTMLElementTagNameMap {
    "material-review": MaterialReview;
  }
}
