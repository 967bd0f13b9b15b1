/** The keys of programs: what each opens, until when, when it was last used; made, shown once, revoked. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { KeyRound } from "lucide";
import accounts from "../../../texts/accounts.json";
import keys from "../../../texts/keys.json";
import { ask, Problem } from "../../shared/api";
import "../../shared/copy-text";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { permissionName, type Grants, type Role } from "../permissions";
import { KeyForm } from "./key-form";

const say = sentences(keys);
const sayRole = sentences(accounts);

interface Key {
  key_id: string;
  name: string;
  role: Role;
  scopes: string[] | null;
  created_by: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
}

type State = "active" | "over" | "revoked";

function stateOf(key: Key): State {
  if (key.revoked_at) return "revoked";
  return key.expires_at && new Date(key.expires_at) <= new Date() ? "over" : "active";
}

export class KefuKeys extends PartElement {
  @state() private items: Key[] | null = null;
  @state() private grants: Grants | null = null;
  @state() private made = "";
  @state() private failed = false;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const [listed, roles] = await Promise.all([
        ask<{ items: Key[] }>("/api/v1/keys"),
        ask<{ grants: Grants }>("/api/v1/staff"),
      ]);
      this.items = listed.items;
      this.grants = roles.grants;
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }

  private async revoke(key: Key): Promise<void> {
    const question = {
      title: say("revoke_title", { name: key.name }),
      text: say("revoke_text"),
      action: say("revoke"),
    };
    if (!(await confirmIn(this, question))) return;
    try {
      await ask(`/api/v1/keys/${key.key_id}`, { method: "DELETE" });
      toast(say("revoke_done"));
    } catch (error) {
      toast(error instanceof Problem && error.detail ? error.detail : sayShared("network"), "alert");
    }
    await this.load();
  }

  private keep(event: CustomEvent<string>): void {
    this.made = event.detail;
    void this.load();
  }

  private opens(key: Key): TemplateResult {
    if (!key.scopes) return html`${say("all_of_role")}`;
    return html`<details>
      <summary>${say("n_scopes", { n: key.scopes.length })}</summary>
      <ul>
        ${key.scopes.map((scope) => html`<li>${permissionName(scope)}</li>`)}
      </ul>
    </details>`;
  }

  private row(key: Key): TemplateResult {
    const standing = stateOf(key);
    const at = dayAndTime(new Date(key.created_at));
    return html`
      <tr>
        <th scope="row">
          ${key.name}
          <div class="caption">${say("by", { name: key.created_by || "system", at })}</div>
        </th>
        <td>${sayRole(`role_${key.role}`)}</td>
        <td>${this.opens(key)}</td>
        <td class="audit-at">${key.expires_at ? dayAndTime(new Date(key.expires_at)) : say("never")}</td>
        <td class="audit-at">${key.last_used_at ? dayAndTime(new Date(key.last_used_at)) : say("unused")}</td>
        <td>
          <span class="badge ${standing === "active" ? "ok" : ""}"><span class="dot"></span>${say(standing)}</span>
        </td>
        <td>
          ${
            standing === "revoked"
              ? nothing
              : html`<button class="button small" @click=${() => void this.revoke(key)}>${say("revoke")}</button>`
          }
        </td>
      </tr>
    `;
  }

  private table(items: Key[]): TemplateResult {
    if (!items.length) return html`<div class="state"><h2>${say("empty")}</h2></div>`;
    const heads = ["name", "role", "scopes", "expires", "used", "state", "actions"] as const;
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("title")}>
      <table class="table key-list">
        <thead>
          <tr>
            ${heads.map((head) => html`<th scope="col">${say(head)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${items.map((key) => this.row(key))}
        </tbody>
      </table>
    </div>`;
  }

  private list(): TemplateResult {
    if (this.failed)
      return html`<div class="state">
        <h2>${say("failed")}</h2>
        <button class="button" @click=${() => void this.load()}>${sayShared("retry")}</button>
      </div>`;
    return this.items ? this.table(this.items) : html`<div class="skeleton review-skeleton" aria-busy="true"></div>`;
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">${say("subtitle")}</div>
        </div>
        <button class="button primary push" @click=${() => void part(this, "key-form", KeyForm).open()}>
          ${icon(KeyRound)} ${say("make")}
        </button>
      </header>
      <div class="page-body stack">
        ${
          this.made
            ? html`<div class="banner info" role="status">
                <span>${say("once")}</span><copy-text .text=${this.made} .what=${say("key")}></copy-text>
              </div>`
            : nothing
        }
        ${this.list()}
      </div>
      <key-form .grants=${this.grants} @key-made=${(event: CustomEvent<string>) => this.keep(event)}></key-form>
    `;
  }
}

customElements.define("kefu-keys", KefuKeys);
