/** Conversations by their words and filters; the address carries the search, so that it can be kept and sent on. */
import { html, nothing, type TemplateResult } from "lit";
import { BookmarkPlus, Search, TriangleAlert, X } from "lucide";
import desk from "../../../texts/desk.json";
import overview from "../../../texts/overview.json";
import { nameOf, type Queue } from "../../escalation/types";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";

const say = sentences(overview);
const sayDesk = sentences(desk);
const LIMIT = 50;
const DAYS = [1, 7, 30, 90, 365] as const;
const STATES = ["bot", "queue", "agent", "closed"] as const;
const SLA = ["warned", "breached"] as const;
const OUTCOMES = ["answered", "faq", "refused", "failed", "handed_off"] as const;

interface Found {
  conversation_id: string;
  customer: string | null;
  owner: "bot" | "queue" | "agent" | "none";
  last_message_at: string;
  said: string;
  category: string | null;
  score: number | null;
}

interface View {
  view_id: string;
  name: string;
  query: string;
}

export class KefuSearch extends PartElement {
  private items: Found[] | null = null;
  private views: View[] = [];
  private categories: string[] = [];
  private agents: string[] = [];
  private queues: Queue[] = [];
  private problem = "";
  private turn = 0;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    addEventListener("popstate", this.back);
    void this.begin();
    void this.find();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("popstate", this.back);
  }

  private readonly back = () => {
    this.requestUpdate();
    void this.find();
  };

  private get wanted(): URLSearchParams {
    return new URLSearchParams(location.search);
  }

  private async begin(): Promise<void> {
    const [views, rules, agents, queues] = await Promise.all([
      ask<{ items: View[] }>("/api/v1/desk/views").catch(() => ({ items: [] })),
      ask<{ categories: string[] }>("/api/v1/service-rules").catch(() => ({ categories: [] })),
      ask<{ name: string }[]>("/api/v1/desk/agents").catch(() => []),
      ask<Queue[]>("/api/v1/queues").catch(() => []),
    ]);
    this.agents = agents.map((one) => one.name);
    this.queues = queues;
    this.views = views.items;
    this.categories = rules.categories;
    this.requestUpdate();
  }

  private async find(): Promise<void> {
    const turn = (this.turn += 1);
    const wanted = this.wanted;
    wanted.set("limit", String(LIMIT));
    try {
      const found = await ask<{ items: Found[] }>(`/api/v1/desk/search?${wanted.toString()}`);
      if (turn !== this.turn) return;
      this.items = found.items;
      this.problem = "";
    } catch (problem) {
      this.problem = problem instanceof Problem && problem.detail ? problem.detail : sayShared("network");
    }
    this.requestUpdate();
  }

  private search(event: Event): void {
    event.preventDefault();
    const wanted = new URLSearchParams();
    for (const [name, value] of new FormData(part(this, "form.search-form", HTMLFormElement)))
      if (typeof value === "string" && value.trim()) wanted.set(name, value.trim());
    history.pushState(null, "", `?${wanted.toString()}`);
    void this.find();
  }

  private async keep(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const box = part(this, "[name=view]", HTMLInputElement);
    const name = box.value.trim();
    if (!name) {
      box.focus();
      return;
    }
    try {
      const body = { name, query: location.search.slice(1) };
      this.views = [...this.views, await ask<View>("/api/v1/desk/views", { method: "POST", body })];
      box.value = "";
      toast(say("view_saved", { name }));
    } catch (problem) {
      toast(problem instanceof Problem && problem.detail ? problem.detail : sayShared("network"), "alert");
    }
    this.requestUpdate();
  }

  private async drop(view: View): Promise<void> {
    await ask(`/api/v1/desk/views/${view.view_id}`, { method: "DELETE" }).catch(() => undefined);
    this.views = this.views.filter((one) => one !== view);
    this.requestUpdate();
  }

  private choice(name: string, words: string, options: { value: string; words: string }[]): TemplateResult {
    const chosen = this.wanted.get(name) ?? (name === "days" ? "30" : "");
    return html`<div class="field">
      <label for="search-${name}">${words}</label>
      <select class="input" id="search-${name}" name=${name} @change=${(event: Event) => this.search(event)}>
        ${name === "days" ? nothing : html`<option value="">${say("any")}</option>`}
        ${options.map((one) => html`<option value=${one.value} ?selected=${one.value === chosen}>${one.words}</option>`)}
      </select>
    </div>`;
  }

  private form(): TemplateResult {
    return html`<form class="row search-form" role="search" @submit=${(event: Event) => this.search(event)}>
      <div class="field search-words">
        <label for="search-q">${say("q")}</label>
        <input
          class="input"
          id="search-q"
          name="q"
          type="search"
          maxlength="200"
          .value=${this.wanted.get("q") ?? ""}
        />
      </div>
      ${this.choice(
        "days",
        say("days"),
        DAYS.map((days) => ({ value: String(days), words: say(`days_${days}`) })),
      )}
      ${this.choice(
        "state",
        say("state"),
        STATES.map((state) => ({ value: state, words: say(`state_${state}`) })),
      )}
      ${this.choice(
        "outcome",
        say("outcome"),
        OUTCOMES.map((outcome) => ({ value: outcome, words: sayDesk(`outcome_${outcome}`) })),
      )}
      ${this.choice(
        "category",
        say("category"),
        this.categories.map((one) => ({ value: one, words: one })),
      )}
      ${this.choice(
        "agent",
        say("agent"),
        this.agents.map((one) => ({ value: one, words: one })),
      )}
      ${this.choice(
        "queue",
        say("queue"),
        this.queues.map((one) => ({ value: one.queue_id, words: nameOf(one) })),
      )}
      ${this.choice(
        "sla",
        say("sla"),
        SLA.map((one) => ({ value: one, words: say(`sla_${one}`) })),
      )}
      <button class="button primary">${icon(Search)} ${say("find")}</button>
    </form>`;
  }

  private saved(): TemplateResult {
    return html`<div class="row search-views">
      ${this.views.length ? html`<span class="caption">${say("views")}</span>` : nothing}
      ${this.views.map(
        (view) =>
          html`<span class="row search-view">
            <a class="chip ${location.search.slice(1) === view.query ? "on" : ""}" href="/desk/search?${view.query}"
              >${view.name}</a
            >
            <button
              class="button ghost icon-only small"
              aria-label=${say("view_drop", { name: view.name })}
              title=${say("view_drop", { name: view.name })}
              @click=${() => void this.drop(view)}
            >
              ${icon(X, 14)}
            </button>
          </span>`,
      )}
      <form class="row push" @submit=${(event: SubmitEvent) => void this.keep(event)}>
        <input
          class="input"
          name="view"
          maxlength="60"
          aria-label=${say("view_name")}
          placeholder=${say("view_name")}
        />
        <button class="button">${icon(BookmarkPlus)} ${say("view_save")}</button>
      </form>
    </div>`;
  }

  private row(one: Found): TemplateResult {
    const code = one.conversation_id.replaceAll("-", "").slice(-4).toUpperCase();
    return html`<tr>
      <td>
        <a href="/desk/conversations/${one.conversation_id}">${one.customer ?? sayDesk("visitor", { code })}</a>
      </td>
      <td><span class="canned-words">${one.said}</span></td>
      <td>
        <span class="badge owner-badge ${one.owner}"><span class="dot"></span>${sayDesk(`owner_${one.owner}`)}</span>
      </td>
      <td class="wide-only">${one.category ?? ""}</td>
      <td class="number">${one.score ?? "—"}</td>
      <td class="number figures">${dayAndTime(new Date(one.last_message_at))}</td>
    </tr>`;
  }

  private table(items: Found[]): TemplateResult {
    if (!items.length)
      return html`<div class="state">
        <span class="state-mark">${icon(Search, 20)}</span>
        <h2>${say("none")}</h2>
        <p>${say("none_next")}</p>
      </div>`;
    return html`<div class="search-table" role="region" tabindex="0" aria-label=${say("search")}>
      <table class="table two-line">
        <thead>
          <tr>
            <th scope="col">${say("customer")}</th>
            <th scope="col">${say("said")}</th>
            <th scope="col">${say("state")}</th>
            <th scope="col" class="wide-only">${say("category")}</th>
            <th scope="col" class="number">${say("score")}</th>
            <th scope="col" class="number">${say("last")}</th>
          </tr>
        </thead>
        <tbody>
          ${items.map((one) => this.row(one))}
        </tbody>
      </table>
    </div>`;
  }

  protected override render(): TemplateResult {
    const n = this.items?.length ?? 0;
    return html`<header class="page-head">
        <div>
          <h1 class="title-20">${say("search")}</h1>
          <div class="caption" role="status">
            ${this.items ? say(n === LIMIT ? "search_facts_more" : "search_facts", { n }) : nothing}
          </div>
        </div>
      </header>
      <div class="page-body stack">
        ${this.form()} ${this.saved()}
        ${this.problem ? html`<div class="banner danger" role="alert">${icon(TriangleAlert)} ${this.problem}</div>` : nothing}
        ${this.items ? this.table(this.items) : nothing}
      </div>`;
  }
}

customElements.define("kefu-search", KefuSearch);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-search": KefuSearch;
  }
}
