/** Present chunks on the left, those of a draft on the right, group by group; by default only what would change. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { diff, type Piece } from "../../shared/diff";
import { complain } from "../../staff/told";
import { CHANGES, say, type Change, type Cut, type Draft, type Group, type GroupPage } from "./types";

const TONE: Record<Change, string> = { changed: "warn", recut: "info", gone: "danger", new: "ok", same: "" };

export class DraftGroups extends PartElement {
  @property({ attribute: false }) documentId = "";
  @property({ attribute: false }) draft!: Draft;
  @state() private chosen: Change | "" = "";
  @state() private groups: Group[] = [];
  @state() private next: number | null = null;
  private asked = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(after: number | null = null): Promise<void> {
    const asked = ++this.asked;
    const wanted = new URLSearchParams({ limit: "50" });
    for (const change of this.chosen ? [this.chosen] : CHANGES.filter((one) => one !== "same"))
      wanted.append("change", change);
    if (after !== null) wanted.set("after", String(after));
    try {
      const page = await ask<GroupPage>(`/api/v1/documents/${this.documentId}/draft/groups?${wanted}`);
      if (asked !== this.asked) return;
      this.groups = after === null ? page.items : [...this.groups, ...page.items];
      this.next = page.next;
    } catch (error) {
      complain(error);
    }
  }

  private filters(): TemplateResult {
    const chip = (change: Change | "", words: string, count: number) => html`
      <button
        class="chip"
        aria-pressed=${this.chosen === change}
        ?disabled=${count === 0}
        @click=${() => {
          this.chosen = change;
          void this.load();
        }}
      >
        ${words} <span class="figures">${count}</span>
      </button>
    `;
    const { counts } = this.draft;
    const different = CHANGES.filter((one) => one !== "same").reduce((sum, one) => sum + (counts[one] ?? 0), 0);
    return html`<div class="row draft-filters" role="group" aria-label=${say("filter")}>
      ${chip("", say("filter_different"), different)}
      ${CHANGES.map((change) => chip(change, say(`change_${change}`), counts[change] ?? 0))}
    </div>`;
  }

  private cut(cut: Cut, pieces: TemplateResult | string): TemplateResult {
    return html`<article class="draft-cut">
      <p class="caption row">
        <b>${say("chunk", { n: cut.position + 1 })}</b>
        ${cut.page ? html`<span>${say("page", { n: cut.page })}</span>` : nothing}
        ${cut.heading_path.length ? html`<span>${cut.heading_path.join(" › ")}</span>` : nothing}
        ${cut.parent === null || cut.parent === undefined ? nothing : html`<span>${say("part_of", { n: cut.parent + 1 })}</span>`}
        ${cut.by_hand ? html`<span class="badge">${say("by_hand")}</span>` : nothing}
        ${cut.disabled ? html`<span class="badge warn">${say("disabled")}</span>` : nothing}
      </p>
      <div class="chunk-words words">${pieces}</div>
    </article>`;
  }

  /** One chunk for one: its words marked on each side; otherwise whole. */
  private sides(group: Group): [TemplateResult[], TemplateResult[]] {
    const [old, fresh] = [group.before[0], group.after[0]];
    const alone = group.before.length === 1 && group.after.length === 1;
    if (!alone || !old || !fresh || group.change !== "changed")
      return [group.before.map((cut) => this.cut(cut, cut.text)), group.after.map((cut) => this.cut(cut, cut.text))];
    const pieces = diff(old.text, fresh.text);
    return [[this.cut(old, marked(pieces, "gone"))], [this.cut(fresh, marked(pieces, "new"))]];
  }

  private row(group: Group): TemplateResult {
    const [left, right] = this.sides(group);
    const none = (words: string) => html`<p class="caption draft-none">${words}</p>`;
    return html`<li class="card draft-group">
      <header class="row">
        <span class="badge ${TONE[group.change]}">${say(`change_${group.change}`)}</span>
        <span class="caption">${say("group_facts", { before: group.before.length, after: group.after.length })}</span>
      </header>
      <div class="draft-sides">
        <section class="draft-before ${group.change}" aria-label=${say("before")}>
          ${left.length ? left : none(say("none_before"))}
        </section>
        <section class="draft-after ${group.change}" aria-label=${say("after")}>
          ${right.length ? right : none(say("none_after"))}
        </section>
      </div>
    </li>`;
  }

  override render(): TemplateResult {
    return html`
      ${this.filters()}
      <div class="draft-sides draft-head caption" aria-hidden="true"><b>${say("before")}</b><b>${say("after")}</b></div>
      <ol class="parse-list">
        ${this.groups.map((group) => this.row(group))}
      </ol>
      ${
        this.next === null
          ? nothing
          : html`<div><button class="button" @click=${() => void this.load(this.next)}>${say("more")}</button></div>`
      }
    `;
  }
}

function marked(pieces: readonly Piece[], kind: "gone" | "new"): TemplateResult {
  const shown = pieces.filter((piece) => piece.kind === "same" || piece.kind === kind);
  return html`${shown.map((piece) =>
    piece.kind === "same"
      ? piece.text
      : kind === "gone"
        ? html`<del>${piece.text}</del>`
        : html`<ins>${piece.text}</ins>`,
  )}`;
}

customElements.define("draft-groups", DraftGroups);

declare global {
  interface HTMLElementTagNameMap {
    "draft-groups": DraftGroups;
  }
}
