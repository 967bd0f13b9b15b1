/** The FAQ page: search, filters, the list with use and satisfaction of each, and the ways in and out. */
import { html, nothing, type TemplateResult } from "lit";
import { CircleHelp, CopyCheck, FileDown, FileUp, Plus, Search, TriangleAlert } from "lucide";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { plainWords } from "../../shared/marks";
import { chooseAll, chooseOne, type Chosen } from "../shelf/choosing";
import "./faq-bulk-bar";
import { defined, say, state, validity } from "./parts";
import type { Facts, Faq, FaqPage } from "./types";

const AGAIN_S = 5;
const VALIDITIES = ["current", "upcoming", "expired"] as const;
const FILTERS = ["q", "base_id", "tag", "channel", "validity"] as const;
type Filter = Record<(typeof FILTERS)[number], string>;

export class KefuFaqs extends PartElement {
  private items: Faq[] | null = null;
  private total = 0;
  private next: string | null = null;
  private facts: Facts = { bases: [], tags: [], channels: [] };
  private failed = false;
  private chosen: Chosen = new Set();
  private timer = 0;
  private wanted: Filter = { q: "", base_id: "", tag: "", channel: "", validity: "" };

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    const asked = new URLSearchParams(location.search);
    for (const name of FILTERS) this.wanted[name] = asked.get(name) ?? "";
    void this.load();
    void ask<Facts>("/api/v1/faqs/facts").then(
      (facts) => {
        this.facts = facts;
        this.requestUpdate();
      },
      () => undefined, // the list itself tells that the server is away
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private readonly choose = (ids: Chosen): void => {
    this.chosen = ids;
    this.requestUpdate();
  };

  private get filtered(): boolean {
    return FILTERS.some((name) => this.wanted[name]);
  }

  private query(): URLSearchParams {
    const query = new URLSearchParams();
    for (const name of FILTERS) if (this.wanted[name]) query.set(name, this.wanted[name]);
    return query;
  }

  private async load(cursor: string | null = null): Promise<void> {
    const query = this.query();
    query.set("limit", "50");
    if (cursor) query.set("cursor", cursor);
    try {
      const page = await ask<FaqPage>(`/api/v1/faqs?${query}`);
      this.items = cursor ? [...(this.items ?? []), ...page.items] : page.items;
      this.next = page.next_cursor;
      this.total = page.total;
      this.failed = false;
    } catch {
      this.failed = true;
      this.soon(AGAIN_S * 1000);
    }
    this.requestUpdate();
  }

  private soon(ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(), ms);
  }

  private filter(change: Partial<Filter>): void {
    Object.assign(this.wanted, change);
    const query = this.query().toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
    this.items = null;
    this.soon(150);
    this.requestUpdate();
  }

  private choice(name: keyof Filter, label: string, any: string, options: [string, string][]): TemplateResult {
    const picked = (event: Event) => this.filter({ [name]: (event.target as HTMLSelectElement).value });
    return html`
      <select class="input filter-state" aria-label=${label} @change=${picked}>
        <option value="">${any}</option>
        ${options.map(
          ([value, words]) => html`<option value=${value} ?selected=${value === this.wanted[name]}>${words}</option>`,
        )}
      </select>
    `;
  }

  private filters(): TemplateResult {
    const typed = (event: Event) => this.filter({ q: (event.target as HTMLInputElement).value });
    const { bases, tags, channels } = this.facts;
    return html`
      <div class="row filter-bar">
        <span class="input-with-icon">
          ${icon(Search)}
          <input
            class="input"
            type="search"
            .value=${this.wanted.q}
            placeholder=${say("search")}
            aria-label=${say("search")}
            @input=${typed}
          />
        </span>
        ${this.choice(
          "base_id",
          say("base"),
          say("all_bases"),
          bases.map((one) => [one.base_id, one.name]),
        )}
        ${this.choice(
          "tag",
          say("tag"),
          say("all_tags"),
          tags.map((one) => [one.tag, `${one.tag} ${one.count}`]),
        )}
        ${this.choice(
          "channel",
          say("channel"),
          say("all_channels"),
          channels.map((one) => [one, one]),
        )}
        ${this.choice(
          "validity",
          say("validity"),
          say("all_validity"),
          VALIDITIES.map((one) => [one, say(`validity_${one}`)]),
        )}
        <span class="caption push">
          ${this.items && this.filtered ? say("facts_filtered", { n: this.total }) : nothing}
        </span>
      </div>
    `;
  }

  private satisfaction(faq: Faq): TemplateResult {
    const up = faq.use?.up ?? 0;
    const votes = up + (faq.use?.down ?? 0);
    if (votes === 0) return html`<span class="caption">${say("no_votes")}</span>`;
    return html`${Math.round((up / votes) * 100)}%
      <span class="caption">${say("satisfaction_votes", { up, votes })}</span>`;
  }

  private row(faq: Faq): TemplateResult {
    const when = validity(faq.valid_from, faq.valid_until);
    const uses = faq.use?.answers ?? 0;
    return html`
      <tr aria-selected=${this.chosen.has(faq.faq_id)}>
        <td class="choose">
          ${chooseOne(faq.faq_id, this.chosen, say("select", { question: faq.questions[0] ?? "" }), this.choose)}
        </td>
        <td class="faq-cell">
          <a class="ellipsis" href="/admin/faqs/${faq.faq_id}">${faq.questions[0]}</a>
          <span class="caption ellipsis">
            ${faq.questions.length > 1 ? html`<b>${say("phrasings", { n: faq.questions.length })}</b> ` : nothing}
            ${plainWords(faq.answer).slice(0, 120)}
          </span>
        </td>
        <td class="wide-only">
          <span class="row faq-tags">
            ${faq.tags.slice(0, 3).map((tag) => html`<span class="badge">${tag}</span>`)}
            ${faq.tags.length > 3 ? html`<span class="caption">+${faq.tags.length - 3}</span>` : nothing}
          </span>
        </td>
        <td>${when.tone ? html`<span class="badge ${when.tone}">${when.words}</span>` : when.words}</td>
        <td class="number">
          ${uses ? html`<a href="/admin/faqs/${faq.faq_id}#used">${uses}</a>` : html`<span class="muted">0</span>`}
        </td>
        <td class="number wide-only">${this.satisfaction(faq)}</td>
        <td class="wide-only figures">${dayAndTime(new Date(faq.updated_at))}</td>
      </tr>
    `;
  }

  private table(items: Faq[]): TemplateResult {
    return html`
      <div class="table-scroll" tabindex="0" role="region" aria-label=${say("title")}>
        <table class="table faq-table">
          <thead>
            <tr>
              <th scope="col" class="choose">
                ${chooseAll(
                  items.map((faq) => faq.faq_id),
                  this.chosen,
                  say("select_all"),
                  this.choose,
                )}
              </th>
              <th scope="col">${say("question")}</th>
              <th scope="col" class="wide-only">${say("tags")}</th>
              <th scope="col">${say("validity")}</th>
              <th scope="col" class="number">${defined(say("uses"), say("uses_definition"))}</th>
              <th scope="col" class="number wide-only">
                ${defined(say("satisfaction"), say("satisfaction_definition"))}
              </th>
              <th scope="col" class="wide-only">${say("updated")}</th>
            </tr>
          </thead>
          <tbody>
            ${items.map((faq) => this.row(faq))}
          </tbody>
        </table>
      </div>
      <faq-bulk-bar
        .chosen=${items.filter((faq) => this.chosen.has(faq.faq_id))}
        .bases=${this.facts.bases}
        .shown=${items.length}
        .total=${this.total}
        @rows-chosen=${(event: CustomEvent<Chosen>) => this.choose(event.detail)}
        @faqs-changed=${() => void this.load()}
        @more-wanted=${() => void this.load(this.next)}
      ></faq-bulk-bar>
    `;
  }

  private list(): TemplateResult {
    if (this.items?.length) return this.table(this.items);
    if (this.failed) return state(icon(TriangleAlert, 20), say("fetch_failed", { seconds: AGAIN_S }), "");
    if (!this.items)
      return html`<div class="stack list-skeleton" aria-busy="true">
        ${[1, 2, 3].map(() => html`<span class="skeleton"></span>`)}
      </div>`;
    if (this.filtered)
      return state(
        icon(Search, 20),
        say("none_match"),
        say("none_match_next"),
        html`<button
          class="button"
          @click=${() => this.filter({ q: "", base_id: "", tag: "", channel: "", validity: "" })}
        >
          ${say("clear")}
        </button>`,
      );
    return state(
      icon(CircleHelp, 20),
      say("empty"),
      say("empty_next"),
      html`<a class="button primary" href="/admin/faqs/new">${icon(Plus)} ${say("add")}</a>`,
    );
  }

  private exports(): TemplateResult {
    const address = (format: string) => {
      const query = this.query();
      query.set("format", format);
      return `/api/v1/faqs/export?${query}`;
    };
    return html`
      <details class="menu-button">
        <summary class="button">${icon(FileDown)} ${say("export")}</summary>
        <div class="menu">
          ${["csv", "xlsx", "jsonl"].map(
            (format) => html`<a role="menuitem" href=${address(format)} download>${format.toUpperCase()}</a>`,
          )}
        </div>
      </details>
    `;
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">${this.items && !this.filtered ? say("facts", { n: this.total }) : nothing}</div>
        </div>
        <div class="row push head-actions">
          ${this.exports()}
          <a class="button" href="/admin/faqs/pairs">${icon(CopyCheck)} ${say("pairs")}</a>
          <a class="button" href="/admin/faqs/import">${icon(FileUp)} ${say("import")}</a>
          <a class="button primary" href="/admin/faqs/new">${icon(Plus)} ${say("add")}</a>
        </div>
      </header>
      <div class="page-body stack">${this.filters()} ${this.list()}</div>
    `;
  }
}

customElements.define("kefu-faqs", KefuFaqs);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-faqs": KefuFaqs;
  }
}
