/** The review of corrections: a list by state, one of them with its evidence, and what it would change. */
import { html, nothing, type TemplateResult } from "lit";
import { Pencil } from "lucide";
import { ask } from "../shared/api";
import { PartElement } from "../shared/element";
import { dayAndTime } from "../shared/i18n";
import { emptyState, faultState, waitingState } from "../shared/states";
import { complain } from "../staff/told";
import "./before-after";
import "./correction-editor";
import { CORRECTIONS, say, STATES, type Correction, type State } from "./types";

interface Page {
  items: Correction[];
  next_cursor: string | null;
}

export class KefuCorrections extends PartElement {
  private items: Correction[] | null = null;
  private next: string | null = null;
  private state: State = "in_review";
  private counts: Record<string, number> = {};
  private fourEyes = true;
  private chosen: Correction | null = null;
  private failed = false;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.addEventListener("correction-changed", (event) => void this.refresh((event as CustomEvent<string>).detail));
    const wanted = new URLSearchParams(location.search);
    this.state = STATES.find((state) => state === wanted.get("state")) ?? "in_review";
    void this.load(null, wanted.get("id"));
  }

  private get mayReview(): boolean {
    return "mayReview" in this.dataset;
  }

  private async load(cursor: string | null, id?: string | null): Promise<void> {
    const wanted = new URLSearchParams({ state: this.state, limit: "20" });
    if (cursor) wanted.set("cursor", cursor);
    try {
      const [page, counts] = await Promise.all([
        ask<Page>(`${CORRECTIONS}?${wanted}`),
        ask<{ counts: Record<string, number>; four_eyes: boolean }>(`${CORRECTIONS}/counts`),
      ]);
      this.items = cursor ? [...(this.items ?? []), ...page.items] : page.items;
      this.next = page.next_cursor;
      this.counts = counts.counts;
      this.fourEyes = counts.four_eyes;
      this.failed = false;
      if (!cursor) this.choose(this.items.find((one) => one.correction_id === id) ?? this.items[0] ?? null);
    } catch {
      this.failed = true;
    }
    this.requestUpdate();
  }

  /** After something was done: counts and list anew. What goes on by itself stays in view, what is settled does not. */
  private async refresh(action: string | null): Promise<void> {
    const id = this.chosen?.correction_id;
    if (!id) return;
    try {
      const fresh = await ask<Correction>(`${CORRECTIONS}/${id}`);
      if (action !== "reject" && action !== "return" && action !== "submit") this.state = fresh.state;
      await this.load(null, id);
    } catch (error) {
      complain(error);
    }
  }

  private choose(one: Correction | null): void {
    this.chosen = one;
    const wanted = new URLSearchParams({ state: this.state });
    if (one) wanted.set("id", one.correction_id);
    history.replaceState(null, "", `?${wanted}`);
    this.requestUpdate();
  }

  private show(state: State): void {
    this.state = state;
    this.items = null;
    this.chosen = null;
    this.requestUpdate();
    void this.load(null);
  }

  private async changeRule(event: Event): Promise<void> {
    const box = event.target as HTMLInputElement;
    try {
      await ask(`${CORRECTIONS}/rules`, { method: "PUT", body: { four_eyes: box.checked } });
      this.fourEyes = box.checked;
    } catch (error) {
      box.checked = this.fourEyes;
      complain(error);
    }
  }

  private row(one: Correction): TemplateResult {
    return html`
      <li>
        <button
          class="review-row"
          data-id=${one.correction_id}
          aria-current=${one.correction_id === this.chosen?.correction_id ? "true" : "false"}
          @click=${() => this.choose(one)}
        >
          <b class="ellipsis">${one.question}</b>
          <span class="ellipsis">${one.text}</span>
          <span class="caption row">
            <span class="badge">${say(`place_${one.plan.place}`)}</span>
            ${one.problem ? html`<span class="badge warn">${say("needs_look")}</span>` : nothing}
            <span class="push"
              >${say("by", { name: one.proposed_by, time: dayAndTime(new Date(one.proposed_at)) })}</span
            >
          </span>
        </button>
      </li>
    `;
  }

  private detail(one: Correction): TemplateResult {
    return html`
      <section class="review-main correction" data-id=${one.correction_id} aria-label=${one.question}>
        <div class="row">
          <h2 class="title-15">${one.question}</h2>
          <a class="push" href="/desk/conversations/${one.conversation_id}#m-${one.message_id}">${say("open")}</a>
        </div>
        <section class="card stack">
          <div class="row">
            <span class="caption">${say("bot_said")}</span>
            <span class="row push"
              >${one.plan.faults.map((fault) => html`<span class="badge danger">${say(`fault_${fault}`)}</span>`)}</span
            >
          </div>
          <div class="correction-text rail bot">${one.wrong_answer || "—"}</div>
          ${
            one.sources.length
              ? html`<ul class="correction-sources">
                  ${one.sources.map(
                    (source) =>
                      html`<li>
                        <span class="citation-chip">${source.number}</span>
                        ${[source.title, ...source.heading_path].join(" › ")} <mark>${source.quote}</mark>
                      </li>`,
                  )}
                </ul>`
              : nothing
          }
        </section>
        <correction-editor .correction=${one} .mayReview=${this.mayReview}></correction-editor>
      </section>
      <aside class="review-side" aria-label=${say("before_after")}>
        <before-after .correction=${one}></before-after>
      </aside>
    `;
  }

  private empty(): TemplateResult {
    const waits = this.state === "in_review";
    const next = waits ? say("none_in_review_next") : "";
    return emptyState(Pencil, say(waits ? "none_in_review" : "none"), next, "review-empty");
  }

  private body(): TemplateResult {
    if (this.failed) return faultState(say("failed"), () => void this.load(null), "review-empty");
    if (!this.items) return waitingState("review-skeleton");
    if (this.items.length === 0) return this.empty();
    return html`
      <nav class="review-list" aria-label=${say("title")}>
        <ul>
          ${this.items.map((one) => this.row(one))}
        </ul>
        ${this.next ? html`<button class="button" @click=${() => void this.load(this.next)}>${say("more")}</button>` : nothing}
      </nav>
      ${this.chosen ? this.detail(this.chosen) : nothing}
    `;
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head review-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">${say("subtitle")}</div>
        </div>
        <div class="segment push" role="radiogroup" aria-label=${say("state")}>
          ${STATES.map(
            (state) =>
              html`<button
                role="radio"
                aria-checked=${state === this.state ? "true" : "false"}
                @click=${() => this.show(state)}
              >
                ${say(state)} <span class="count figures">${this.counts[state] ?? ""}</span>
              </button>`,
          )}
        </div>
        ${
          this.mayReview
            ? html`<label class="row"
                ><input
                  class="checkbox"
                  type="checkbox"
                  .checked=${this.fourEyes}
                  @change=${(event: Event) => void this.changeRule(event)}
                />
                <span title=${say("four_eyes_means")}>${say("four_eyes")}</span></label
              >`
            : nothing
        }
      </header>
      <div class="review">${this.body()}</div>
    `;
  }
}

customElements.define("kefu-corrections", KefuCorrections);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-corrections": KefuCorrections;
  }
}
