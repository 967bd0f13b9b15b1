/** The review of corrections: what was asked, what the bot said, what it should say; accept, edit or set aside. */
import { html, nothing, type TemplateResult } from "lit";
import { Check, Pencil, TriangleAlert } from "lucide";
import feedback from "../../texts/feedback.json";
import { ask, Problem } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { dayAndTime, say as sayShared, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { toast } from "../staff/toast";

const say = sentences(feedback);
type State = "proposed" | "accepted" | "rejected";
const STATES: State[] = ["proposed", "accepted", "rejected"];

interface Correction {
  correction_id: string;
  message_id: string;
  conversation_id: string;
  question: string;
  wrong_answer: string;
  text: string;
  state: State;
  proposed_by: string;
  proposed_at: string;
}

interface Page {
  items: Correction[];
  next_cursor: string | null;
}

export class KefuCorrections extends PartElement {
  private items: Correction[] | null = null;
  private next: string | null = null;
  private state: State = "proposed";
  private failed = false;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    void this.load(null);
  }

  private get mayReview(): boolean {
    return "mayReview" in this.dataset;
  }

  private async load(cursor: string | null): Promise<void> {
    const wanted = new URLSearchParams({ state: this.state, limit: "20" });
    if (cursor) wanted.set("cursor", cursor);
    try {
      const page = await ask<Page>(`/api/v1/corrections?${wanted}`);
      this.items = cursor ? [...(this.items ?? []), ...page.items] : page.items;
      this.next = page.next_cursor;
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.requestUpdate();
  }

  private show(state: State): void {
    this.state = state;
    this.items = null;
    this.requestUpdate();
    void this.load(null);
  }

  private async review(item: Correction, verdict: "accept" | "reject"): Promise<void> {
    const card = `[data-id="${item.correction_id}"] textarea`;
    const text = verdict === "accept" ? part(this, card, HTMLTextAreaElement).value.trim() : "";
    const body = text && text !== item.text ? { text } : {};
    try {
      await ask(`/api/v1/corrections/${item.correction_id}/${verdict}`, { method: "POST", body });
      toast(say(verdict === "accept" ? "accept_done" : "reject_done"));
      this.items = (this.items ?? []).filter((other) => other !== item);
    } catch (error) {
      toast(error instanceof Problem && error.detail ? error.detail : sayShared("network"), "alert");
    }
    this.requestUpdate();
  }

  private card(item: Correction): TemplateResult {
    const open = item.state === "proposed" && this.mayReview;
    const id = `text-${item.correction_id}`;
    return html`
      <li class="card correction" data-id=${item.correction_id}>
        <div class="row caption">
          <span>${say("by", { name: item.proposed_by, time: dayAndTime(new Date(item.proposed_at)) })}</span>
          <a class="push" href="/desk/conversations/${item.conversation_id}#m-${item.message_id}">${say("open")}</a>
        </div>
        <dl>
          <dt>${say("question")}</dt>
          <dd>${item.question}</dd>
          <dt>${say("bot_said")}</dt>
          <dd class="rail bot correction-said">${item.wrong_answer}</dd>
          <dt><label for=${id}>${say("should_say")}</label></dt>
          <dd>
            ${
              open
                ? html`<textarea class="input" id=${id} maxlength="8000" .value=${item.text}></textarea>`
                : html`<div class="rail agent correction-said" id=${id}>${item.text}</div>`
            }
          </dd>
        </dl>
        ${
          open
            ? html`<div class="row correction-actions">
                <button class="button" @click=${() => void this.review(item, "reject")}>${say("reject")}</button>
                <button class="button primary" @click=${() => void this.review(item, "accept")}>
                  ${icon(Check)} ${say("accept")}
                </button>
              </div>`
            : nothing
        }
      </li>
    `;
  }

  private body(): TemplateResult {
    if (this.failed)
      return html`<div class="state">
        <span class="state-mark danger">${icon(TriangleAlert, 20)}</span>
        <h2>${say("failed")}</h2>
        <div class="actions">
          <button class="button" @click=${() => void this.load(null)}>${sayShared("retry")}</button>
        </div>
      </div>`;
    if (!this.items) return html`<div class="skeleton correction-skeleton" aria-busy="true"></div>`;
    if (this.items.length === 0)
      return html`<div class="state">
        <span class="state-mark">${icon(Pencil, 20)}</span>
        <h2>${say(this.state === "proposed" ? "none_proposed" : "none")}</h2>
        ${this.state === "proposed" ? html`<p>${say("none_proposed_next")}</p>` : nothing}
      </div>`;
    return html`
      <ul class="corrections stack">
        ${this.items.map((item) => this.card(item))}
      </ul>
      ${
        this.next
          ? html`<button class="button" @click=${() => void this.load(this.next)}>${say("more")}</button>`
          : nothing
      }
    `;
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">${say("subtitle")}</div>
        </div>
      </header>
      <div class="page-body stack">
        <div class="segment" role="radiogroup" aria-label=${say("state")}>
          ${STATES.map(
            (state) =>
              html`<button
                role="radio"
                aria-checked=${state === this.state ? "true" : "false"}
                @click=${() => this.show(state)}
              >
                ${say(state)}
              </button>`,
          )}
        </div>
        ${this.body()}
      </div>
    `;
  }
}

customElements.define("kefu-corrections", KefuCorrections);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-corrections": KefuCorrections;
  }
}
