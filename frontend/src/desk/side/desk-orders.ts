/** <desk-orders>: the customer's orders, from the company's own systems; looked up by itself only for one's own customer. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { RotateCw, TriangleAlert } from "lucide";
import desk from "../../../texts/desk.json";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { blocks } from "../../shared/markdown";

const say = sentences(desk);

interface Card {
  tool: string;
  title: string;
  text: string;
  worked: boolean;
}

@customElement("desk-orders")
export class DeskOrders extends PartElement {
  @property({ attribute: "data-conversation" }) conversation = "";
  @property({ attribute: "data-verified", type: Boolean }) verified = false;
  @property({ attribute: "data-mine", type: Boolean }) mine = false;
  @state() private cards: Card[] | null = null;
  @state() private busy = false;
  @state() private problem = "";

  /** Every look-up is a call under this person's name, so none is made of a customer somebody merely looks at. */
  protected override updated(changed: PropertyValues): void {
    if (changed.has("mine") && this.mine && this.verified && !this.cards) void this.look();
  }

  private async look(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = "";
    try {
      const path = `/api/v1/conversations/${this.conversation}/customer-cards`;
      this.cards = (await ask<{ items: Card[] }>(path, { method: "POST" })).items;
    } catch (problem) {
      this.problem = problem instanceof Problem && problem.detail ? problem.detail : say("orders_failed");
    }
    this.busy = false;
  }

  private card(one: Card, alone: boolean): TemplateResult {
    return html`<div class="order-card${one.worked ? "" : " failed"}" data-tool=${one.tool}>
      ${alone ? nothing : html`<h3 class="caption">${one.title}</h3>`}
      ${one.worked ? blocks(one.text).map((block) => block.render()) : html`<p class="row">${icon(TriangleAlert, 14)} ${one.text || say("orders_failed")}</p>`}
    </div>`;
  }

  private body(): TemplateResult {
    if (!this.verified) return html`<p class="caption">${say("orders_unverified")}</p>`;
    if (this.problem) return html`<p class="error" role="alert">${this.problem}</p>`;
    if (this.cards?.length === 0) return html`<p class="caption">${say("orders_no_tools")}</p>`;
    if (this.cards) return html`${this.cards.map((one) => this.card(one, this.cards?.length === 1))}`;
    if (this.busy) return html`<div class="skeleton" role="status" aria-label=${say("orders_loading")}></div>`;
    return html`<p class="caption">${say("orders_noted")}</p>`;
  }

  protected override render(): TemplateResult {
    const again = this.cards !== null || this.problem !== "";
    return html`<h2 class="title-13 row">
        ${say("orders")}
        ${
          this.verified && this.cards?.length !== 0
            ? html`<button
                class="button ghost small push"
                aria-busy=${String(this.busy)}
                title=${say("orders_noted")}
                @click=${() => void this.look()}
              >
                ${again ? icon(RotateCw, 14) : nothing} ${say(again ? "orders_again" : "orders_look")}
              </button>`
            : nothing
        }
      </h2>
      ${this.body()}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "desk-orders": DeskOrders;
  }
}
