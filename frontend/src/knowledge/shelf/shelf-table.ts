/** The table of documents: sort by its heads, choose rows, act on one behind its dots. */
import { html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { ArrowDown, ArrowUp } from "lucide";
import documents from "../../../texts/documents.json";
import { PartElement } from "../../shared/element";
import { dayAndTime, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import "../../staff/row-menu";
import { kindOf, sizeOf, type DocumentItem } from "../types";
import { chooseAll, chooseOne, type Chosen } from "./choosing";
import { day, daysLeft, stateBadge, versionOf } from "./document-state";
import { bulk, deleteAsked, moveAsked, ownerAsked, reparseAsked, tagsAsked } from "./doings";

const say = sentences(documents);
export type Sort = "updated" | "title" | "size" | "chunks" | "valid_until" | "uses";

export class ShelfTable extends PartElement {
  @property({ attribute: false }) items: DocumentItem[] = [];
  @property({ attribute: false }) chosen: Chosen = new Set();
  @property({ attribute: false }) sort: Sort = "updated";
  @property({ attribute: false }) rising = false;

  private readonly choose = (ids: Chosen): void => this.tell("rows-chosen", ids);

  private async did(doing: Promise<boolean>): Promise<void> {
    if (await doing) this.tell("documents-changed");
  }

  private head(sort: Sort, words: string, look = ""): TemplateResult {
    const on = this.sort === sort;
    const said = on ? (this.rising ? "ascending" : "descending") : "none";
    return html`<th scope="col" class=${look} aria-sort=${said}>
      <button @click=${() => this.tell("sort-chosen", sort)}>
        ${words} ${on ? icon(this.rising ? ArrowUp : ArrowDown, 14) : nothing}
      </button>
    </th>`;
  }

  private menu(item: DocumentItem): TemplateResult {
    const off = Boolean(item.disabled_at);
    const items = [
      { words: say("do_open"), act: () => location.assign(`/admin/documents/${item.document_id}`) },
      {
        words: say(off ? "do_enable" : "do_disable"),
        act: () => void this.did(bulk([item], { action: off ? "enable" : "disable" })),
      },
      { words: say("do_tags"), act: () => void this.did(tagsAsked(this, [item])) },
      { words: say("do_owner"), act: () => void this.did(ownerAsked(this, [item])) },
      { words: say("do_move"), act: () => void this.did(moveAsked(this, [item])) },
      { words: say("do_reparse"), act: () => void this.did(reparseAsked(this, [item])) },
      { words: say("delete"), danger: true, act: () => void this.did(deleteAsked(this, [item])) },
    ];
    return html`<row-menu .label=${say("actions_of", { title: item.title })} .items=${items}></row-menu>`;
  }

  private validity(item: DocumentItem): TemplateResult {
    const words = item.valid_until
      ? say("until", { date: day(item.valid_until) })
      : item.valid_from
        ? say("from", { date: day(item.valid_from) })
        : say("always");
    const review = item.review_on
      ? html`<div class="caption ${item.review_due_at ? "warn-text" : ""}">
          ${say("review_on", { date: item.review_on })}
        </div>`
      : nothing;
    return html`<span class=${daysLeft(item) === null ? "muted" : "warn-text"}>${words}</span>${review}`;
  }

  private name(item: DocumentItem): TemplateResult {
    const kind = kindOf(item.file_name ?? item.title);
    return html`
      <span class="row title-cell">
        <span class="kind ${kind.tone}">${kind.letters}</span>
        <a class="ellipsis" href="/admin/documents/${item.document_id}">${item.title}</a>
        ${item.tags.slice(0, 3).map((tag) => html`<span class="badge wide-only">${tag}</span>`)}
      </span>
      ${
        item.error
          ? html`<div class="danger-text row-error">
              ${item.error.message} <code class="mono">${item.error.code}</code>
            </div>`
          : nothing
      }
      ${
        item.has_draft
          ? html`<a class="badge info" href="/admin/documents/${item.document_id}?tab=settings">
              <span class="dot"></span>${say("draft_badge")}
            </a>`
          : nothing
      }
      ${
        item.remarks.length && item.status === "ready"
          ? html`<a
              class="badge warn"
              href="/admin/documents/${item.document_id}"
              title=${item.remarks[0]?.message ?? ""}
            >
              <span class="dot"></span>${say("remarks_badge", { n: item.remarks.length })}
            </a>`
          : nothing
      }
    `;
  }

  private row(item: DocumentItem): TemplateResult {
    const on = this.chosen.has(item.document_id);
    const used = item.last_used_at
      ? say("last_used", { at: dayAndTime(new Date(item.last_used_at)) })
      : say("never_used");
    return html`
      <tr aria-selected=${on}>
        <td class="choose">
          ${chooseOne(item.document_id, this.chosen, say("select", { title: item.title }), this.choose)}
        </td>
        <td class="wide-title">${this.name(item)}</td>
        <td>${stateBadge(item)}</td>
        <td class="number">${item.chunk_count || "—"} <span class="caption phone-only">${say("chunks")}</span></td>
        <td>${versionOf(item)}</td>
        <td class="wide-only ellipsis owner-cell">${item.owner || "—"}</td>
        <td class="wide-only figures">${this.validity(item)}</td>
        <td class="number">
          <a href="/admin/documents/${item.document_id}?tab=uses" title=${used} class="plain">${item.answers_30d}</a>
          <span class="caption phone-only">${say("uses")}</span>
        </td>
        <td class="number wide-only">${item.size_bytes === undefined ? "—" : sizeOf(item.size_bytes)}</td>
        <td class="wide-only figures nowrap">${dayAndTime(new Date(item.updated_at))}</td>
        <td class="number">${this.menu(item)}</td>
      </tr>
    `;
  }

  override render(): TemplateResult {
    const all = this.items.map((item) => item.document_id);
    return html`
      <table class="table shelf">
        <thead>
          <tr>
            <th scope="col" class="choose">${chooseAll(all, this.chosen, say("select_all"), this.choose)}</th>
            ${this.head("title", say("name"))}
            <th scope="col">${say("state")}</th>
            ${this.head("chunks", say("chunks"), "number")}
            <th scope="col">${say("version")}</th>
            <th scope="col" class="wide-only">${say("owner")}</th>
            ${this.head("valid_until", say("valid"), "wide-only")} ${this.head("uses", say("uses"), "number")}
            ${this.head("size", say("size"), "number wide-only")} ${this.head("updated", say("updated"), "wide-only")}
            <th scope="col"><span class="visually-hidden">${say("actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${this.items.map((item) => this.row(item))}
        </tbody>
      </table>
    `;
  }
}

customElements.define("shelf-table", ShelfTable);
