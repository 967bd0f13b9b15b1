/** One correction under review: the right answer, its place, owner and expiry, and what a reviewer may do with it. */
import { html, nothing, type TemplateResult } from "lit";
import { Check } from "lucide";
import { ask, Problem } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { dayAndTime } from "../shared/i18n";
import { icon } from "../shared/icons";
import { toast } from "../staff/toast";
import { told } from "../staff/told";
import "./correction-plan";
import type { CorrectionPlan } from "./correction-plan";
import { CORRECTIONS, placesOf, say, type Correction, type Places, type Plan } from "./types";

const STEPS = ["draft", "in_review", "accepted", "published"] as const;
type Action = "submit" | "accept" | "reject" | "return" | "override";

export class CorrectionEditor extends PartElement {
  static override properties = {
    correction: { attribute: false },
    mayReview: { attribute: false },
    places: { state: true },
    problem: { state: true },
    busy: { state: true },
    theirs: { state: true },
  };
  declare correction: Correction;
  declare mayReview: boolean;
  declare places: Places | null;
  declare problem: string;
  declare busy: string;
  declare theirs: string;
  private shown = "";

  constructor() {
    super();
    this.mayReview = false;
    this.places = null;
    this.problem = "";
    this.busy = "";
    this.theirs = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || !this.open) return;
      event.preventDefault();
      void this.act(this.correction.state === "draft" ? "submit" : "accept");
    });
  }

  private get open(): boolean {
    return this.correction.state === "draft" || (this.correction.state === "in_review" && this.mayReview);
  }

  override updated(): void {
    const { correction_id, version } = this.correction;
    const key = `${correction_id}/${version}/${this.open}`;
    if (key === this.shown) return;
    const same = this.shown.startsWith(`${correction_id}/`);
    this.shown = key;
    this.problem = "";
    this.theirs = "";
    if (!same) this.places = null;
    if (!this.open) return;
    this.text.value = this.correction.text;
    if (!same) void this.offer(correction_id);
    else if (this.plan) this.plan.plan = this.correction.plan;
  }

  private async offer(id: string): Promise<void> {
    try {
      const places = await placesOf(this.correction.message_id);
      if (id !== this.correction.correction_id) return;
      this.places = this.withTarget(places);
      await this.updateComplete;
      if (this.plan) this.plan.plan = this.correction.plan;
    } catch (error) {
      this.problem = told(error);
    }
  }

  /** The FAQ that was chosen stays among the offered ones even when others come nearer now. */
  private withTarget(places: Places): Places {
    const { place, faq_id, target_version } = this.correction.plan;
    if (place !== "faq_phrasing" || !faq_id || places.faqs.some((faq) => faq.faq_id === faq_id)) return places;
    const chosen = { faq_id, version: target_version ?? 1, question: say("chosen_faq"), answer: "", score: 0 };
    return { ...places, faqs: [chosen, ...places.faqs] };
  }

  private get text(): HTMLTextAreaElement {
    return part(this, "textarea[name=text]", HTMLTextAreaElement);
  }

  private get plan(): CorrectionPlan | null {
    return this.querySelector("correction-plan");
  }

  private wanted(): { text: string; plan: Plan } {
    const owner = part(this, "input[name=owner]", HTMLInputElement).value.trim();
    const day = part(this, "input[name=valid_until]", HTMLInputElement).value;
    const plan = this.plan?.plan ?? this.correction.plan;
    const valid_until = day ? new Date(`${day}T00:00:00`).toISOString() : null;
    return { text: this.text.value.trim(), plan: { ...plan, owner: owner || null, valid_until } };
  }

  private bodyOf(action: Action): Record<string, unknown> {
    const { version } = this.correction;
    if (action === "accept") return { ...this.wanted(), version };
    if (action === "override") return { reason: part(this, "input[name=reason]", HTMLInputElement).value };
    return action === "submit" ? { version } : { version, note: this.note };
  }

  private get note(): string | null {
    return this.querySelector<HTMLInputElement>("input[name=note]")?.value.trim() || null;
  }

  private async act(action: Action): Promise<void> {
    if (this.busy) return;
    if (action === "accept" && this.plan?.check()) return;
    this.busy = action;
    this.problem = "";
    const path = `${CORRECTIONS}/${this.correction.correction_id}`;
    try {
      if (action === "submit") {
        if (this.plan?.check()) return;
        const kept = await ask<Correction>(path, {
          method: "PATCH",
          body: { ...this.wanted(), version: this.correction.version },
        });
        this.correction = { ...this.correction, version: kept.version };
      }
      await ask(`${path}/${action}`, { method: "POST", body: this.bodyOf(action) });
      toast(say(`${action}_done`));
      this.tell("correction-changed", action);
    } catch (error) {
      this.problem = told(error);
      if (error instanceof Problem && error.status === 409 && error.members["theirs"])
        this.theirs = (error.members["theirs"] as { text: string }).text;
    } finally {
      this.busy = "";
    }
  }

  async save(): Promise<void> {
    if (this.busy) return;
    this.busy = "save";
    try {
      const body = { ...this.wanted(), version: this.correction.version };
      await ask(`${CORRECTIONS}/${this.correction.correction_id}`, { method: "PATCH", body });
      toast(say("saved"));
      this.tell("correction-changed", "save");
    } catch (error) {
      this.problem = told(error);
    }
    this.busy = "";
  }

  private steps(): TemplateResult {
    const { state } = this.correction;
    const at = state === "rejected" ? 1 : STEPS.indexOf(state);
    return html`
      <ol class="steps" aria-label=${say("state")}>
        ${STEPS.map(
          (step, place) => html`
            <li
              class=${place < at || state === "published" ? "done" : place === at ? "on" : ""}
              aria-current=${place === at ? "step" : nothing}
            >
              <span class="step-mark" aria-hidden="true"
                >${place < at || state === "published" ? icon(Check, 14) : place + 1}</span
              >
              ${say(`step_${step}`)}
            </li>
          `,
        )}
      </ol>
    `;
  }

  private who(): string {
    const one = this.correction;
    const proposed = say("by", { name: one.proposed_by, time: dayAndTime(new Date(one.proposed_at)) });
    if (!one.reviewed_by || !one.reviewed_at) return proposed;
    return `${proposed}，${say("reviewed_by", { name: one.reviewed_by, time: dayAndTime(new Date(one.reviewed_at)) })}`;
  }

  private button(action: Action, look = ""): TemplateResult {
    return html`<button
      class="button ${look}"
      aria-busy=${this.busy === action ? "true" : "false"}
      @click=${() => void this.act(action)}
    >
      ${say(action)}
      ${look === "primary" ? html`<kbd>${navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl"} ↵</kbd>` : nothing}
    </button>`;
  }

  private foot(): TemplateResult | typeof nothing {
    const { state, problem } = this.correction;
    const buttons: TemplateResult[] = [];
    if (state === "draft")
      buttons.push(
        html`<button class="button" aria-busy=${this.busy === "save"} @click=${() => void this.save()}>
          ${say("save")}
        </button>`,
        this.button("submit", "primary"),
      );
    if (state === "in_review" && this.mayReview)
      buttons.push(this.button("return"), this.button("reject"), this.button("accept", "primary"));
    if (state === "accepted" && this.mayReview && problem)
      buttons.push(
        this.button("return"),
        html`<input
          class="input"
          name="reason"
          maxlength="1000"
          aria-label=${say("override_reason")}
          placeholder=${say("override_reason")}
        />`,
        this.button("override", "danger"),
      );
    return buttons.length ? html`<footer class="row correction-foot">${buttons}</footer>` : nothing;
  }

  private closed(): TemplateResult {
    const { plan, text, published_faq_id } = this.correction;
    return html`
      <div class="caption">${say("should_say")}</div>
      <div class="correction-text rail agent">${text}</div>
      <dl class="correction-facts">
        <dt>${say("where")}</dt>
        <dd>
          ${say(`place_${plan.place}`)}${
            published_faq_id ? html` · <a href="/admin/faqs/${published_faq_id}">${say("open_faq")}</a>` : nothing
          }
        </dd>
        ${
          plan.questions.length
            ? html`<dt>${say("questions")}</dt>
                <dd>${plan.questions.join(" · ")}</dd>`
            : nothing
        }
        ${
          plan.owner
            ? html`<dt>${say("owner")}</dt>
                <dd>${plan.owner}</dd>`
            : nothing
        }
        ${
          plan.valid_until
            ? html`<dt>${say("valid_until")}</dt>
                <dd>${plan.valid_until.slice(0, 10)}</dd>`
            : nothing
        }
      </dl>
    `;
  }

  private form(): TemplateResult {
    const id = `text-${this.correction.correction_id}`;
    const day = this.correction.plan.valid_until;
    return html`
      <div class="field">
        <label for=${id}>${say("right_answer")}</label>
        <textarea class="input correct-text" id=${id} name="text" maxlength="8000"></textarea>
      </div>
      ${
        this.places
          ? html`<correction-plan .places=${this.places}></correction-plan>`
          : html`<div class="skeleton plan-skeleton" aria-busy="true"></div>`
      }
      <div class="row correction-limits">
        <label class="field"
          ><span class="caption">${say("owner")}</span
          ><input class="input" name="owner" maxlength="100" .value=${this.correction.plan.owner ?? ""}
        /></label>
        <label class="field"
          ><span class="caption">${say("valid_until")}</span
          ><input class="input" type="date" name="valid_until" .value=${day ? day.slice(0, 10) : ""}
        /></label>
        ${
          this.correction.state === "in_review"
            ? html`<label class="field correction-note"
                ><span class="caption">${say("note")}</span><input class="input" name="note" maxlength="1000"
              /></label>`
            : nothing
        }
      </div>
    `;
  }

  override render(): TemplateResult {
    const one = this.correction;
    return html`
      <div class="row correction-way">${this.steps()}<span class="caption push">${this.who()}</span></div>
      ${one.problem ? html`<div class="banner warn" role="status"><span>${say(one.problem === "correction_stopped" ? "stopped" : "not_published", { code: one.problem })}</span></div>` : nothing}
      ${one.override_reason ? html`<div class="banner warn"><span>${say("overridden", { name: one.overridden_by ?? "", reason: one.override_reason })}</span></div>` : nothing}
      ${one.note ? html`<p class="caption">${say("note")}：${one.note}</p>` : nothing}
      <section class="card stack correction-draft">
        ${this.open ? this.form() : this.closed()}
        ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
        ${this.theirs ? html`<div class="correction-text rail agent">${this.theirs}</div>` : nothing} ${this.foot()}
      </section>
    `;
  }
}

customElements.define("correction-editor", CorrectionEditor);

declare global {
  interface HTMLElementTagNameMap {
    "correction-editor": CorrectionEditor;
  }
}
