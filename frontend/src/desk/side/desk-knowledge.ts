/** <desk-knowledge>: looks something up without leaving the conversation; what the customer may not read says so. */
import { html, nothing, type TemplateResult } from "lit";
import { Lock, Quote, Search, StickyNote } from "lucide";
import desk from "../../../texts/desk.json";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import type { Insertion } from "./desk-suggestion";

const say = sentences(desk);
const LONGEST_QUOTE = 300;

interface Passage {
  title: string;
  place: string;
  text: string;
  question: string | null;
  url: string;
  for_customer: boolean;
}

export class DeskKnowledge extends PartElement {
  private items: Passage[] | null = null;
  private busy = false;
  private problem = "";

  focusBox(): void {
    part(this, "input", HTMLInputElement).focus();
  }

  private async find(event: Event): Promise<void> {
    event.preventDefault();
    const query = part(this, "input", HTMLInputElement).value.trim();
    if (!query || this.busy) return;
    this.busy = true;
    this.requestUpdate();
    try {
      const path = `/api/v1/conversations/${this.dataset["conversation"] ?? ""}/knowledge`;
      this.items = (await ask<{ items: Passage[] }>(path, { method: "POST", body: { query } })).items;
      this.problem = "";
    } catch (problem) {
      this.problem = problem instanceof Problem && problem.detail ? problem.detail : sayShared("network");
    }
    this.busy = false;
    this.requestUpdate();
  }

  /** What only the staff may read goes into a note, never into a reply. */
  private put(one: Passage): void {
    const quote = one.text.length > LONGEST_QUOTE ? `${one.text.slice(0, LONGEST_QUOTE)}…` : one.text;
    const text = say("quoted", { quote, title: one.place ? `${one.title} › ${one.place}` : one.title });
    const kind = one.for_customer ? "reply" : "note";
    this.tell("desk-put", { text, start: null, kind } satisfies Insertion);
  }

  protected override render(): TemplateResult {
    return html`<h2 class="title-13">${say("knowledge")}</h2>
      <form class="row" @submit=${(event: Event) => void this.find(event)}>
        <input
          class="input"
          type="search"
          maxlength="500"
          aria-label=${say("knowledge_find")}
          placeholder=${say("knowledge_find")}
        />
        <button class="button icon-only" aria-label=${say("knowledge_find")} aria-busy=${String(this.busy)}>
          ${icon(Search)}
        </button>
      </form>
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
      <div role="status">
        ${this.items?.length === 0 ? html`<p class="caption">${say("knowledge_none")}</p>` : nothing}
      </div>
      ${
        this.items?.length
          ? html`<ul class="passages">
              ${this.items.map((one) => this.passage(one))}
            </ul>`
          : nothing
      }`;
  }

  private passage(one: Passage): TemplateResult {
    return html`<li class=${one.for_customer ? "" : "internal"}>
      <p class="row">
        <a class="ellipsis" href=${one.url} target="_blank" rel="noopener">${one.title}</a>
        ${one.for_customer ? nothing : html`<span class="badge warn">${icon(Lock, 14)}${say("staff_only")}</span>`}
      </p>
      <p class="passage-text">${one.text}</p>
      <button class="button ghost small" @click=${() => this.put(one)}>
        ${one.for_customer ? icon(Quote, 14) : icon(StickyNote, 14)} ${say(one.for_customer ? "quote_it" : "note_it")}
      </button>
    </li>`;
  }
}

customElements.define("desk-knowledge", DeskKnowledge);

declare global {
  interface HTMLElementTagNameMap {
    "desk-knowledge": DeskKnowledge;
  }
}
