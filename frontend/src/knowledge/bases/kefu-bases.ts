/** The page of knowledge bases: who may read each and what is in it; make, change, delete with the consequences said. */
import { html, nothing, type TemplateResult } from "lit";
import { Library, Pencil, Plus, Trash2, TriangleAlert } from "lucide";
import bases from "../../../texts/bases.json";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { sizeOf, type Page } from "../types";
import { BaseForm } from "./base-form";
import "./customer-tiers";
import { nameOf, type Base } from "./types";

const say = sentences(bases);
const URL = "/api/v1/bases";
const AGAIN_S = 5;
const TONES = { public: "ok", signed_in: "info", tiers: "accent", staff: "warn" } as const;

/** How much there is, and of how much if there is a limit. */
function ofLimit(n: string, most: string): string {
  return most ? say("of_limit", { n, most }) : n;
}

export class KefuBases extends PartElement {
  private items: Base[] | null = null;
  private next: string | null = null;
  private failed = false;
  private timer = 0;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.addEventListener("base-saved", (event) => this.saved(event as CustomEvent<{ base: Base; fresh: boolean }>));
    this.addEventListener("base-reloaded", () => void this.load());
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private async load(): Promise<void> {
    clearTimeout(this.timer);
    try {
      const page = await ask<Page<Base>>(`${URL}?limit=100`);
      this.items = page.items;
      this.next = page.next_cursor;
      this.failed = false;
    } catch {
      this.failed = true;
      this.timer = window.setTimeout(() => void this.load(), AGAIN_S * 1000);
    }
    this.requestUpdate();
  }

  private async more(): Promise<void> {
    const page = await ask<Page<Base>>(`${URL}?limit=100&cursor=${this.next}`);
    this.items = [...(this.items ?? []), ...page.items];
    this.next = page.next_cursor;
    this.requestUpdate();
  }

  private edit(base: Base | null): void {
    void part(this, "base-form", BaseForm).open(base);
  }

  private saved(event: CustomEvent<{ base: Base; fresh: boolean }>): void {
    const { base, fresh } = event.detail;
    toast(say(fresh ? "created" : "saved", { name: nameOf(base) }));
    void this.load();
  }

  private async deleteAsked(known: Base): Promise<void> {
    try {
      const base = await ask<Base>(`${URL}/${known.base_id}`);
      const full = base.documents + base.faqs + base.passages + base.sources > 0;
      const { documents, faqs, passages, sources } = base;
      const told = { name: nameOf(base), documents, faqs, passages, sources };
      const sure = await confirmIn(this, {
        title: say("delete_title", told),
        text: say(full ? "delete_full" : "delete_empty", told),
        action: say(full ? "delete_all_do" : "delete_do", told),
      });
      if (!sure) return;
      const path = `${URL}/${base.base_id}${full ? "?with_content=true" : ""}`;
      await ask(path, { method: "DELETE", timeoutMs: 120_000 });
      toast(say("deleted", told));
    } catch (error) {
      toast(error instanceof Problem && error.detail ? error.detail : sayShared("network"), "alert");
    }
    await this.load();
  }

  private audience(base: Base): TemplateResult {
    return html`
      <span class="badge ${TONES[base.audience]}"><span class="dot"></span>${say(`audience_${base.audience}`)}</span>
      ${base.audience === "tiers" ? html`<span class="caption base-words">${base.tiers.join(", ")}</span>` : nothing}
    `;
  }

  private row(base: Base): TemplateResult {
    const name = nameOf(base);
    return html`
      <tr>
        <td>
          <span class="row">
            <span class="base-mark">${icon(Library)}</span>
            <button class="link-button base-name" @click=${() => this.edit(base)}>${name}</button>
            ${base.is_default ? html`<span class="badge" title=${say("default_help")}>${say("default")}</span>` : nothing}
          </span>
        </td>
        <td>${this.audience(base)}</td>
        <td>
          ${
            base.channels.length
              ? html`<span class="mono">${base.channels.join(", ")}</span>`
              : html`<span class="caption">${say("channels_all")}</span>`
          }
        </td>
        <td class="number" data-label=${say("priority")}>${base.priority}</td>
        <td class="number" data-label=${say("documents")}>
          ${ofLimit(String(base.documents), base.most_documents === null ? "" : String(base.most_documents))}
        </td>
        <td class="number wide-only">
          ${ofLimit(sizeOf(base.bytes), base.most_bytes === null ? "" : sizeOf(base.most_bytes))}
        </td>
        <td class="number" data-label=${say("faqs")}>${base.faqs}</td>
        <td class="number" data-label=${say("passages")}>${base.passages}</td>
        <td class="wide-only">${say(`locale_${base.locale}`)}</td>
        <td class="wide-only figures">${dayAndTime(new Date(base.updated_at))}</td>
        <td class="number base-actions">
          <button
            class="button ghost icon-only small"
            aria-label="${say("edit")} ${name}"
            title=${say("edit")}
            @click=${() => this.edit(base)}
          >
            ${icon(Pencil)}
          </button>
          ${
            base.is_default
              ? nothing
              : html`<button
                  class="button ghost icon-only small"
                  aria-label="${say("delete")} ${name}"
                  title=${say("delete")}
                  @click=${() => void this.deleteAsked(base)}
                >
                  ${icon(Trash2)}
                </button>`
          }
        </td>
      </tr>
    `;
  }

  private table(items: Base[]): TemplateResult {
    return html`
      <div class="table-scroll">
        <table class="table two-line">
          <thead>
            <tr>
              <th scope="col">${say("name")}</th>
              <th scope="col">${say("audience")}</th>
              <th scope="col">${say("channels")}</th>
              <th scope="col" class="number">${say("priority")}</th>
              <th scope="col" class="number">${say("documents")}</th>
              <th scope="col" class="number wide-only">${say("held")}</th>
              <th scope="col" class="number">${say("faqs")}</th>
              <th scope="col" class="number" title=${say("passages_help")}>${say("passages")}</th>
              <th scope="col" class="wide-only">${say("locale")}</th>
              <th scope="col" class="wide-only">${say("updated")}</th>
              <th scope="col"><span class="visually-hidden">${say("actions")}</span></th>
            </tr>
          </thead>
          <tbody>
            ${items.map((base) => this.row(base))}
          </tbody>
        </table>
      </div>
      ${
        this.next
          ? html`<div class="table-foot">
              <button class="button" @click=${() => void this.more()}>${say("more")}</button>
            </div>`
          : nothing
      }
    `;
  }

  private list(): TemplateResult {
    if (this.items) return this.table(this.items);
    if (this.failed)
      return html`
        <div class="state">
          <span class="state-mark">${icon(TriangleAlert, 20)}</span>
          <h2>${say("fetch_failed", { seconds: AGAIN_S })}</h2>
        </div>
      `;
    return html`<div class="stack list-skeleton" aria-busy="true">
      ${[1, 2, 3].map(() => html`<span class="skeleton"></span>`)}
    </div>`;
  }

  override render(): TemplateResult {
    const items = this.items ?? [];
    const passages = items.reduce((sum, base) => sum + base.passages, 0);
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">
            ${this.items ? say("facts", { n: `${items.length}${this.next ? "+" : ""}`, passages }) : nothing}
          </div>
        </div>
        <button class="button primary push" @click=${() => this.edit(null)}>${icon(Plus)} ${say("add")}</button>
      </header>
      <div class="page-body stack">
        <p class="muted base-purpose">${say("purpose")}</p>
        ${this.list()}
        ${
          this.items && "mayTiers" in this.dataset
            ? html`<customer-tiers .tiers=${[...new Set(items.flatMap((base) => base.tiers))]}></customer-tiers>`
            : nothing
        }
      </div>
      <base-form></base-form>
    `;
  }
}

customElements.define("kefu-bases", KefuBases);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-bases": KefuBases;
  }
}
