/** One customer's data: found by their id or a conversation, given out as a file, erased. */
import { html, nothing, type TemplateResult } from "lit";
import { Download, Search, Trash2 } from "lucide";
import { ask, askBlob } from "../../shared/api";
import { part } from "../../shared/dom";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { AdminPage } from "../../staff/admin-page";
import { toast } from "../../staff/toast";
import "./erase-dialog";
import { EraseDialog } from "./erase-dialog";
import "./erasure-list";
import { ErasureList } from "./erasure-list";
import { CUSTOMER_DATA, rowsByTable, say, sum, type Erasure, type Found, type Wanted } from "./types";

type By = "user" | "conversation";
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

export class KefuCustomerData extends AdminPage {
  private by: By = "user";
  private wanted: Wanted | null = null;
  private found: Found | null = null;

  private find(event: SubmitEvent): void {
    event.preventDefault();
    const typed = part(this, "[name=whom]", HTMLInputElement).value.trim();
    const conversation = UUID.exec(typed)?.[0];
    if (this.by === "conversation" && !conversation) {
      this.error = say("bad_conversation");
      this.requestUpdate();
      return;
    }
    void this.act(async () => {
      const wanted: Wanted = this.by === "conversation" ? { conversation_id: conversation ?? "" } : { user_id: typed };
      this.found = await ask<Found>(`${CUSTOMER_DATA}/find`, { method: "POST", body: wanted });
      // A conversation of somebody known stands for all that is theirs.
      this.wanted = this.found.user_id ? { user_id: this.found.user_id } : wanted;
    });
  }

  private async export(): Promise<void> {
    const file = await askBlob(`${CUSTOMER_DATA}/export`, { method: "POST", body: this.wanted });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = "customer.zip";
    link.click();
    URL.revokeObjectURL(link.href);
    toast(say("exported"));
  }

  private ordered(event: CustomEvent<Erasure>): void {
    this.found = this.wanted = null;
    part(this, ".customer-find", HTMLFormElement).reset();
    this.by = "user";
    part(this, "erasure-list", ErasureList).add(event.detail);
    this.requestUpdate();
  }

  private form(): TemplateResult {
    return html`<form class="row customer-find" @submit=${(event: SubmitEvent) => this.find(event)}>
      <div class="field">
        <label for="find-by">${say("by")}</label>
        <select
          class="input"
          id="find-by"
          @change=${(event: Event) => (this.by = (event.target as HTMLSelectElement).value as By)}
        >
          <option value="user">${say("by_user")}</option>
          <option value="conversation">${say("by_conversation")}</option>
        </select>
      </div>
      <div class="field">
        <label for="find-whom">${say("id")}</label>
        <input
          class="input"
          id="find-whom"
          name="whom"
          required
          maxlength="500"
          autocomplete="off"
          spellcheck="false"
        />
      </div>
      <button class="button primary" aria-busy=${this.busy ? "true" : "false"}>${icon(Search)} ${say("find")}</button>
    </form>`;
  }

  private facts(found: Found): TemplateResult | typeof nothing {
    const day = (at: string | null) => (at ? dayAndTime(new Date(at)) : "—");
    if (!found.rows["conversation"]) return nothing;
    return html`<div class="caption">
      ${say("facts", {
        conversations: found.rows["conversation"],
        first: day(found.first_at),
        last: day(found.last_at),
      })}
    </div>`;
  }

  private result(found: Found): TemplateResult {
    if (!sum(found.rows)) return html`<div class="state" role="status"><h2>${say("nothing")}</h2></div>`;
    return html`<section class="customer-found stack" aria-labelledby="found-title">
      <div class="row">
        <div>
          <h2 class="title-13" id="found-title">${found.user_id ?? say("anonymous")} ${found.name ?? ""}</h2>
          ${this.facts(found)}
        </div>
        <span class="row push">
          <button class="button" @click=${() => void this.act(() => this.export())}>
            ${icon(Download)} ${say("export")}
          </button>
          <button
            class="button danger"
            @click=${() => this.wanted && void part(this, "erase-dialog", EraseDialog).open(found, this.wanted)}
          >
            ${icon(Trash2)} ${say("erase")}
          </button>
        </span>
      </div>
      ${rowsByTable(found.rows)}
      <p class="caption">${say("learnt", { datasets: found.datasets, models: found.models })}</p>
      ${
        sum(found.published)
          ? html`<p>${say("published")}</p>
              ${rowsByTable(found.published)}`
          : nothing
      }
    </section>`;
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
        ${this.form()} ${this.fault()} ${this.found ? this.result(this.found) : nothing}
        <erasure-list></erasure-list>
      </div>
      <erase-dialog @erasure-ordered=${(event: CustomEvent<Erasure>) => this.ordered(event)}></erase-dialog>
    `;
  }
}

customElements.define("kefu-customer-data", KefuCustomerData);
