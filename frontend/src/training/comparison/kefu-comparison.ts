/** The page of blind comparison: the list, judging one pair after another, and the result. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ArrowLeft, Scale } from "lucide";
import { ask } from "../../shared/api";
import { part } from "../../shared/dom";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { emptyState, faultState, waitingState } from "../../shared/states";
import { confirmIn } from "../../staff/confirm-dialog";
import { attempt, type Paged } from "../datasets/types";
import { LearningPage } from "../learning-page";
import { MODELS, type Model } from "../models/types";
import "./blind-judge";
import { OpenComparison } from "./open-comparison";
import { outcome } from "./outcome";
import { COMPARISONS, say, type Comparison, type Outcome } from "./types";

export class KefuComparison extends LearningPage {
  @state() private items: Comparison[] | null = null;
  @state() private models: Model[] = [];
  @state() private judging: Comparison | null = null;
  @state() private shown: { of: Comparison; outcome: Outcome } | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("comparison-opened", () => void this.load());
    this.addEventListener("comparison-judged", () => {
      if (this.judging) this.judging.mine += 1;
    });
    void this.load();
  }

  private name(comparison: Comparison): string {
    return this.models.find((one) => one.model_id === comparison.model_id)?.name ?? comparison.model_id.slice(-8);
  }

  private async load(): Promise<void> {
    try {
      const [items, models] = await Promise.all([
        ask<Paged<Comparison>>(`${COMPARISONS}?limit=100`),
        ask<Paged<Model>>(`${MODELS}?kind=chat&limit=100`),
      ]);
      this.items = items.items;
      this.models = models.items;
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }

  private async leave(): Promise<void> {
    this.judging = null;
    await this.load();
  }

  private async result(comparison: Comparison): Promise<void> {
    await attempt(async () => {
      const found = await ask<Outcome>(`${COMPARISONS}/${comparison.comparison_id}/result`);
      this.shown = { of: comparison, outcome: found };
      await this.updateComplete;
      this.querySelector<HTMLDialogElement>(".result-dialog")?.showModal();
    });
  }

  private async end(comparison: Comparison): Promise<void> {
    const text = say("close_text", { n: comparison.votes });
    if (!(await confirmIn(this, { title: say("close_title"), text, action: say("close_votes") }))) return;
    await attempt(async () => {
      await ask(`${COMPARISONS}/${comparison.comparison_id}/close`, { method: "POST", body: {} });
      await this.load();
      await this.result(comparison);
    });
  }

  private row(one: Comparison): TemplateResult {
    const isOpen = one.closed_at === null;
    const left = isOpen && one.mine < one.questions;
    const act = (text: string, work: () => void, look = "") =>
      html`<button class="button small ${look}" @click=${work}>${text}</button>`;
    return html`<tr>
      <td><b>${this.name(one)}</b></td>
      <td>
        <span class="badge ${isOpen ? "accent" : ""}"
          ><span class="dot"></span>${say(isOpen ? "state_open" : "state_closed")}</span
        >
      </td>
      <td class="number">${one.mine} / ${one.questions}</td>
      <td class="wide-only">${say("votes_of", { votes: one.votes, people: one.people })}</td>
      <td class="wide-only">${one.created_by}</td>
      <td class="wide-only figures">${dayAndTime(new Date(one.created_at))}</td>
      <td>
        <span class="learn-row">
          ${left ? act(say("judge"), () => (this.judging = one), "primary") : nothing}
          ${left ? nothing : act(say("result"), () => void this.result(one))}
          ${this.may && isOpen ? act(say("close_votes"), () => void this.end(one)) : nothing}
        </span>
      </td>
    </tr>`;
  }

  private table(items: Comparison[]): TemplateResult {
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("title")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("model")}</th>
            <th scope="col">${say("state")}</th>
            <th scope="col" class="number">${say("mine")}</th>
            <th scope="col" class="wide-only">${say("votes")}</th>
            <th scope="col" class="wide-only">${say("by")}</th>
            <th scope="col" class="wide-only">${say("at")}</th>
            <th scope="col"><span class="visually-hidden">${say("judge")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${items.map((one) => this.row(one))}
        </tbody>
      </table>
    </div>`;
  }

  private body(): TemplateResult {
    if (this.failed) return faultState(say("failed"));
    if (!this.items) return waitingState();
    if (this.judging) return html`<blind-judge .comparison=${this.judging}></blind-judge>`;
    if (this.items.length) return this.table(this.items);
    return emptyState(Scale, say("empty"), say("empty_next"));
  }

  private dialog(): TemplateResult {
    const shown = this.shown;
    const dismiss = () => this.querySelector<HTMLDialogElement>(".result-dialog")?.close();
    return html`<dialog class="dialog learn-wide result-dialog" aria-labelledby="result-title">
      ${
        shown
          ? html`<h2 id="result-title">${say("result_of", { name: this.name(shown.of) })}</h2>
              ${outcome(shown.outcome)}
              ${shown.of.alike ? html`<p class="caption">${say("alike", { n: shown.of.alike })}</p>` : nothing}`
          : nothing
      }
      <div class="actions"><button class="button" @click=${dismiss}>${say("close")}</button></div>
    </dialog>`;
  }

  override render(): TemplateResult {
    const back = html`<button class="button" @click=${() => void this.leave()}>
      ${icon(ArrowLeft)} ${say("back")}
    </button>`;
    const open = html`<button
      class="button primary"
      @click=${() => void part(this, "open-comparison", OpenComparison).open(this.models)}
    >
      ${icon(Scale)} ${say("open")}
    </button>`;
    return html`${this.head(say("title"), say("subtitle"), this.judging ? back : this.may ? open : nothing)}
      <div class="page-body stack">${this.body()}</div>
      <open-comparison></open-comparison>${this.dialog()}`;
  }
}

customElements.define("kefu-comparison", KefuComparison);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-comparison": KefuComparison;
  }
}
