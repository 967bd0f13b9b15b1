/** The tiers of known customers: who has which, set one or take it away; it holds from the next question on. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { X } from "lucide";
import bases from "../../../texts/bases.json";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { complain } from "../../staff/told";
import { toast } from "../../staff/toast";
import { saidIn } from "../document/chunks";
import type { Page } from "../types";

const say = sentences(bases);
const URL = "/api/v1/customers";

interface Customer {
  user_id: string;
  tier: string;
  updated_by: string;
  updated_at: string;
}

export class CustomerTiers extends PartElement {
  /** The tiers that bases are for. */
  @property({ attribute: false }) tiers: readonly string[] = [];
  @state() private items: Customer[] | null = null;
  @state() private next: string | null = null;
  @state() private only = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(cursor: string | null = null): Promise<void> {
    const wanted = new URLSearchParams({ limit: "50" });
    if (this.only) wanted.set("tier", this.only);
    if (cursor) wanted.set("cursor", cursor);
    try {
      const page = await ask<Page<Customer>>(`${URL}?${wanted}`);
      this.items = cursor ? [...(this.items ?? []), ...page.items] : page.items;
      this.next = page.next_cursor;
    } catch (error) {
      complain(error);
    }
  }

  private async set(userId: string, tier: string | null): Promise<boolean> {
    try {
      await ask(`${URL}/${encodeURIComponent(userId)}`, { method: "PUT", body: { tier } });
    } catch (error) {
      complain(error);
      return false;
    }
    toast(say(tier ? "tier_set" : "tier_gone", { id: userId, tier: tier ?? "" }));
    await this.load();
    return true;
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const [id, tier] = [saidIn(form, "user_id"), saidIn(form, "tier")];
    if (id && tier && (await this.set(id, tier))) form.reset();
  }

  private form(): TemplateResult {
    return html`<form class="row tier-form" @submit=${(event: SubmitEvent) => void this.add(event)}>
      <div class="field">
        <label for="tier-user">${say("tier_user")}</label>
        <input class="input" id="tier-user" name="user_id" required maxlength="200" autocomplete="off" />
      </div>
      <div class="field">
        <label for="tier-tier">${say("tier")}</label>
        <input class="input" id="tier-tier" name="tier" required maxlength="50" list="tier-known" autocomplete="off" />
        <datalist id="tier-known">${this.tiers.map((tier) => html`<option value=${tier}></option>`)}</datalist>
      </div>
      <button class="button">${say("tier_do")}</button>
    </form>`;
  }

  private row(customer: Customer): TemplateResult {
    const { user_id: id, tier } = customer;
    const unread = this.tiers.length > 0 && !this.tiers.includes(tier);
    return html`<tr>
      <td class="mono">${id}</td>
      <td>
        <span class="badge ${unread ? "warn" : "accent"}">${tier}</span>
        ${unread ? html`<span class="caption">${say("tier_unread")}</span>` : nothing}
      </td>
      <td class="caption">${customer.updated_by} · ${dayAndTime(new Date(customer.updated_at))}</td>
      <td class="number">
        <button
          class="button ghost icon-only small"
          aria-label=${say("tier_take", { id })}
          title=${say("tier_take", { id })}
          @click=${() => void this.set(id, null)}
        >
          ${icon(X)}
        </button>
      </td>
    </tr>`;
  }

  private list(items: Customer[]): TemplateResult {
    if (!items.length) return html`<p class="muted">${say("tier_none")}</p>`;
    return html`<div class="table-scroll">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${say("tier_user")}</th>
              <th scope="col">${say("tier")}</th>
              <th scope="col">${say("tier_by")}</th>
              <th scope="col"><span class="visually-hidden">${say("actions")}</span></th>
            </tr>
          </thead>
          <tbody>
            ${items.map((customer) => this.row(customer))}
          </tbody>
        </table>
      </div>
      ${
        this.next
          ? html`<div><button class="button" @click=${() => void this.load(this.next)}>${say("more")}</button></div>`
          : nothing
      }`;
  }

  private filter(): TemplateResult {
    const picked = (event: Event) => {
      this.only = (event.target as HTMLSelectElement).value;
      void this.load();
    };
    return html`<select class="input push tier-filter" aria-label=${say("tier")} @change=${picked}>
      <option value="">${say("tier_all")}</option>
      ${this.tiers.map((tier) => html`<option value=${tier}>${tier}</option>`)}
    </select>`;
  }

  override render(): TemplateResult {
    return html`<section class="stack customer-tiers" aria-labelledby="tiers-title">
      <header class="row">
        <h2 class="title-16" id="tiers-title">${say("tier_title")}</h2>
        ${this.tiers.length ? this.filter() : nothing}
      </header>
      <p class="caption">${say("tier_purpose")}</p>
      ${this.form()} ${this.items ? this.list(this.items) : html`<span class="skeleton" aria-busy="true"></span>`}
    </section>`;
  }
}

customElements.define("customer-tiers", CustomerTiers);

declare global {
  interface HTMLElementTagNameMap {
    "customer-tiers": CustomerTiers;
  }
}
