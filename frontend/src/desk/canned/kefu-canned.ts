/** The page of canned replies: one's own and everybody's, found as they are in the reply box. */
import { html, nothing, type TemplateResult } from "lit";
import { MessageSquareText, Pencil, Plus, Search, Trash2, TriangleAlert } from "lucide";
import canned from "../../../texts/canned.json";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { CannedForm, type Canned } from "./canned-form";

const say = sentences(canned);
const AGAIN_S = 5;
const CALM_MS = 150;

export class KefuCanned extends PartElement {
  private items: Canned[] | null = null;
  private typed = "";
  private failed = false;
  private turn = 0;
  private timer = 0;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.addEventListener("canned-saved", (event) => {
      toast(say("saved", { name: (event as CustomEvent<Canned>).detail.title }));
      void this.load();
    });
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private get mayShare(): boolean {
    return "share" in this.dataset;
  }

  private get form(): CannedForm {
    return part(this, "canned-form", CannedForm);
  }

  private async load(): Promise<void> {
    clearTimeout(this.timer);
    const turn = (this.turn += 1);
    try {
      const path = `/api/v1/canned?limit=100&q=${encodeURIComponent(this.typed)}`;
      const found = await ask<{ items: Canned[]; variables: string[] }>(path);
      if (turn !== this.turn) return;
      this.items = found.items;
      this.failed = false;
      await this.updateComplete;
      this.form.variables = found.variables;
      this.form.mayShare = this.mayShare;
    } catch {
      this.failed = true;
      this.timer = window.setTimeout(() => void this.load(), AGAIN_S * 1000);
    }
    this.requestUpdate();
  }

  private find(event: Event): void {
    this.typed = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(), CALM_MS);
  }

  private async drop(one: Canned): Promise<void> {
    const told = { name: one.title, n: one.uses };
    const question = { title: say("delete_title", told), text: say("delete_text", told), action: say("delete") };
    if (!(await confirmIn(this, question))) return;
    try {
      await ask(`/api/v1/canned/${one.canned_id}`, { method: "DELETE" });
      toast(say("deleted", told));
    } catch (problem) {
      toast(problem instanceof Problem && problem.detail ? problem.detail : sayShared("network"), "alert");
    }
    await this.load();
  }

  private head(): TemplateResult {
    const items = this.items ?? [];
    const shared = items.filter((one) => one.shared).length;
    return html`<header class="page-head">
      <div>
        <h1 class="title-20">${say("title")}</h1>
        <div class="caption">
          ${this.items && !this.typed ? say("facts", { own: items.length - shared, shared }) : say("purpose")}
        </div>
      </div>
      <div class="row push head-actions">
        <button class="button primary" @click=${() => void this.form.open(null)}>${icon(Plus)} ${say("add")}</button>
      </div>
    </header>`;
  }

  private table(items: Canned[]): TemplateResult {
    return html`<table class="table">
      <thead>
        <tr>
          <th scope="col">${say("name")}</th>
          <th scope="col">${say("text")}</th>
          <th scope="col">${say("whose")}</th>
          <th scope="col" class="wide-only">${say("initials")}</th>
          <th scope="col" class="number">${say("uses")}</th>
          <th scope="col" class="wide-only">${say("changed")}</th>
          <th scope="col"><span class="visually-hidden">${say("edit")}</span></th>
        </tr>
      </thead>
      <tbody>
        ${items.map((one) => this.row(one))}
      </tbody>
    </table>`;
  }

  private row(one: Canned): TemplateResult {
    const mine = !one.shared || this.mayShare;
    return html`<tr>
      <td>
        ${
          mine
            ? html`<button class="link-button canned-name" @click=${() => void this.form.open(one)}>
                ${one.title}
              </button>`
            : html`<b>${one.title}</b>`
        }
      </td>
      <td><span class="canned-words">${one.text}</span></td>
      <td><span class="badge ${one.shared ? "accent" : ""}">${say(one.shared ? "everybody" : "own")}</span></td>
      <td class="wide-only mono">/${one.initials}</td>
      <td class="number">${one.uses}</td>
      <td class="wide-only figures">${dayAndTime(new Date(one.updated_at))}</td>
      <td class="number base-actions">
        ${
          mine
            ? html`<button
                  class="button ghost icon-only small"
                  aria-label="${say("edit")} ${one.title}"
                  title=${say("edit")}
                  @click=${() => void this.form.open(one)}
                >
                  ${icon(Pencil)}
                </button>
                <button
                  class="button ghost icon-only small"
                  aria-label="${say("delete")} ${one.title}"
                  title=${say("delete")}
                  @click=${() => void this.drop(one)}
                >
                  ${icon(Trash2)}
                </button>`
            : nothing
        }
      </td>
    </tr>`;
  }

  private body(): TemplateResult {
    if (this.failed)
      return html`<div class="banner danger" role="alert">
        ${icon(TriangleAlert)} ${say("load_failed", { s: AGAIN_S })}
      </div>`;
    if (this.items === null)
      return html`<div class="stack list-skeleton" aria-busy="true"><span class="skeleton"></span></div>`;
    if (this.items.length) return this.table(this.items);
    return html`<div class="state">
      <span class="state-mark">${icon(MessageSquareText, 20)}</span>
      <h2>${say(this.typed ? "none" : "empty")}</h2>
      ${this.typed ? nothing : html`<p>${say("empty_next")}</p>`}
    </div>`;
  }

  protected override render(): TemplateResult {
    return html`${this.head()}
      <div class="page-body stack">
        <div class="row filter-bar">
          <span class="input-with-icon">
            ${icon(Search)}
            <input
              class="input"
              type="search"
              placeholder=${say("find")}
              aria-label=${say("find")}
              @input=${(event: Event) => this.find(event)}
            />
          </span>
        </div>
        ${this.body()}
      </div>
      <canned-form></canned-form>`;
  }
}

customElements.define("kefu-canned", KefuCanned);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-canned": KefuCanned;
  }
}
