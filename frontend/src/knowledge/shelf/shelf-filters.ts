/** The filter bar: words, state, base, owner, tag, and the three questions that need somebody's attention. */
import { html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { Search } from "lucide";
import documents from "../../../texts/documents.json";
import { PartElement } from "../../shared/element";
import { sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import type { DocumentStatus } from "../types";

const say = sentences(documents);
const STATES: DocumentStatus[] = ["queued", "parsing", "embedding", "ready", "failed"];

export interface Facts {
  matching: number;
  documents: number;
  chunks: number;
  used_today: number;
  expiring: number;
  needs_review: number;
  owners: string[];
  tags: string[];
  bases: { base_id: string; name: string }[];
}

export interface Filters {
  q: string;
  status: string;
  base_id: string;
  owner: string;
  tag: string;
  disabled: string;
  expiring: string;
  needs_review: string;
}

export const NONE: Filters = {
  q: "",
  status: "",
  base_id: "",
  owner: "",
  tag: "",
  disabled: "",
  expiring: "",
  needs_review: "",
};

export class ShelfFilters extends PartElement {
  @property({ attribute: false }) filters: Filters = NONE;
  @property({ attribute: false }) facts: Facts | null = null;

  private change(name: keyof Filters, value: string): void {
    this.tell("filters-changed", { [name]: value });
  }

  private choice(name: keyof Filters, label: string, any: string, options: [string, string][]): TemplateResult {
    return html`
      <select
        class="input filter-state ${this.filters[name] ? "on" : ""}"
        aria-label=${label}
        @change=${(event: Event) => this.change(name, (event.target as HTMLSelectElement).value)}
      >
        <option value="" ?selected=${!this.filters[name]}>${any}</option>
        ${options.map(
          ([value, words]) => html`<option value=${value} ?selected=${value === this.filters[name]}>${words}</option>`,
        )}
      </select>
    `;
  }

  private flag(name: "disabled" | "expiring" | "needs_review", words: string, count?: number): TemplateResult {
    const on = this.filters[name] === "true";
    return html`
      <button class="chip square" aria-pressed=${on} @click=${() => this.change(name, on ? "" : "true")}>
        ${words} ${count ? html`<span class="figures">${count}</span>` : nothing}
      </button>
    `;
  }

  override render(): TemplateResult {
    const facts = this.facts;
    const plain = (names: string[]): [string, string][] => names.map((name) => [name, name]);
    const bases = (facts?.bases ?? []).map((base): [string, string] => [base.base_id, base.name]);
    const states = STATES.map((state): [string, string] => [state, say(`state_${state}`)]);
    return html`
      <div class="row filter-bar">
        <span class="input-with-icon">
          ${icon(Search)}
          <input
            class="input"
            type="search"
            .value=${this.filters.q}
            placeholder=${say("search")}
            aria-label=${say("search")}
            @input=${(event: Event) => this.change("q", (event.target as HTMLInputElement).value)}
          />
        </span>
        ${this.choice("status", say("state"), say("all_states"), states)}
        ${bases.length > 1 ? this.choice("base_id", say("base"), say("all_bases"), bases) : nothing}
        ${this.choice("owner", say("owner"), say("all_owners"), plain(facts?.owners ?? []))}
        ${facts?.tags.length ? this.choice("tag", say("tag"), say("all_tags"), plain(facts.tags)) : nothing}
        ${this.flag("expiring", say("only_expiring"), facts?.expiring)}
        ${this.flag("needs_review", say("only_review"), facts?.needs_review)}
        ${this.flag("disabled", say("only_disabled"))}
        <span class="caption push">${facts ? say("matching", { n: facts.matching }) : nothing}</span>
      </div>
    `;
  }
}

customElements.define("shelf-filters", ShelfFilters);
