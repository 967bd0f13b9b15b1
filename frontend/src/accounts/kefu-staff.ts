/** Who works here: invite, change a role, let somebody set a new password, disable at once; and what each role may do. */
import { html, nothing, type TemplateResult } from "lit";
import { UserRoundPlus } from "lucide";
import accounts from "../../texts/accounts.json";
import { ask, Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { say as sayShared, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import "../shared/copy-text";
import { confirmIn } from "../staff/confirm-dialog";
import { toast } from "../staff/toast";
import { ROLES, type Grants, type Role } from "./permissions";
import { roleMatrix } from "./role-matrix";
import "./second-factor/factor-rule";
import { say as sayFactor } from "./second-factor/parts";

const say = sentences(accounts);

interface Colleague {
  staff_id: string;
  email: string;
  name: string;
  role: Role;
  disabled: boolean;
  sessions: number;
  second_factor: boolean;
}

interface Staff {
  items: Colleague[];
  grants: Grants;
}

export class KefuStaff extends PartElement {
  private staff: Staff | null = null;
  private failed = false;
  private link = "";

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.staff = await ask<Staff>("/api/v1/staff");
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.requestUpdate();
  }

  private async act(
    path: string,
    method: "POST" | "PUT" | "DELETE",
    body: object | undefined,
    done: string,
  ): Promise<void> {
    try {
      const answer = await ask<{ path: string } | undefined>(path, { method, body: body ?? {} });
      this.link = answer ? location.origin + answer.path : "";
      toast(done);
    } catch (error) {
      toast(error instanceof Problem && error.detail ? error.detail : sayShared("network"), "alert");
    }
    await this.load();
  }

  private async disable(one: Colleague): Promise<void> {
    const question = {
      title: say("disable_title", { name: one.name }),
      text: say("disable_text", { n: one.sessions }),
      action: say("disable"),
    };
    if (!(await confirmIn(this, question))) return;
    await this.act(`/api/v1/staff/${one.staff_id}/disable`, "POST", undefined, say("disabled_done"));
  }

  private async resetFactor(one: Colleague): Promise<void> {
    const question = {
      title: sayFactor("reset_title", { name: one.name }),
      text: sayFactor("reset_text"),
      action: sayFactor("reset"),
    };
    if (!(await confirmIn(this, question))) return;
    await this.act(`/api/v1/staff/${one.staff_id}/second-factor`, "DELETE", undefined, sayFactor("reset_done"));
  }

  private invite(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const values = Object.fromEntries(new FormData(form));
    void this.act("/api/v1/staff", "POST", values, say("invited")).then(() => form.reset());
  }

  private roleName(role: Role): string {
    return say(`role_${role}`);
  }

  private row(one: Colleague): TemplateResult {
    const path = `/api/v1/staff/${one.staff_id}`;
    return html`
      <tr>
        <th scope="row">
          ${one.name}
          <div class="caption">${one.email}</div>
        </th>
        <td>
          <select
            class="input staff-role"
            aria-label=${say("role_of", { name: one.name })}
            @change=${(event: Event) =>
              void this.act(
                `${path}/role`,
                "PUT",
                { role: (event.target as HTMLSelectElement).value },
                say("role_done"),
              )}
          >
            ${ROLES.map((role) => html`<option value=${role} .selected=${role === one.role}>${this.roleName(role)}</option>`)}
          </select>
        </td>
        <td class="figures">${one.sessions}</td>
        <td>
          <span class="row">
            <span class="badge ${one.disabled ? "danger" : "ok"}"
              ><span class="dot"></span>${say(one.disabled ? "disabled" : "active")}</span
            >
            ${one.second_factor ? html`<span class="badge">${sayFactor("section")}</span>` : nothing}
          </span>
        </td>
        <td>
          <span class="row">
            <button
              class="button small"
              @click=${() => void this.act(`${path}/reset`, "POST", undefined, say("reset_done"))}
            >
              ${say("reset")}
            </button>
            ${
              one.second_factor
                ? html`<button class="button small" @click=${() => void this.resetFactor(one)}>
                    ${sayFactor("reset")}
                  </button>`
                : nothing
            }
            ${
              one.disabled
                ? html`<button
                    class="button small"
                    @click=${() => void this.act(`${path}/enable`, "POST", undefined, say("enabled_done"))}
                  >
                    ${say("enable")}
                  </button>`
                : html`<button class="button small" @click=${() => void this.disable(one)}>${say("disable")}</button>`
            }
          </span>
        </td>
      </tr>
    `;
  }

  override render(): TemplateResult {
    const staff = this.staff;
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("staff_title")}</h1>
          <div class="caption">${say("staff_subtitle")}</div>
        </div>
      </header>
      <div class="page-body stack">
        <form class="row staff-invite" @submit=${(event: SubmitEvent) => this.invite(event)}>
          <label class="field"
            ><span class="caption">${say("email")}</span
            ><input class="input" name="email" type="email" required maxlength="254"
          /></label>
          <label class="field"
            ><span class="caption">${say("name")}</span><input class="input" name="name" required maxlength="100"
          /></label>
          <label class="field"
            ><span class="caption">${say("role")}</span
            ><select class="input" name="role">
              ${ROLES.map((role) => html`<option value=${role} ?selected=${role === "agent"}>${this.roleName(role)}</option>`)}
            </select></label
          >
          <button class="button primary" type="submit">${icon(UserRoundPlus)} ${say("invite")}</button>
        </form>
        ${
          this.link
            ? html`<div class="banner info staff-link" role="status">
                <span>${say("link_once")}</span><copy-text .text=${this.link} .what=${say("link")}></copy-text>
              </div>`
            : nothing
        }
        ${
          this.failed
            ? html`<div class="state">
                <h2>${say("failed")}</h2>
                <button class="button" @click=${() => void this.load()}>${sayShared("retry")}</button>
              </div>`
            : nothing
        }
        ${
          staff
            ? html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("staff_title")}>
                  <table class="table">
                    <thead>
                      <tr>
                        <th scope="col">${say("name")}</th>
                        <th scope="col">${say("role")}</th>
                        <th scope="col">${say("sessions")}</th>
                        <th scope="col">${say("state")}</th>
                        <th scope="col">${say("actions")}</th>
                      </tr>
                    </thead>
                    <tbody>
                      ${staff.items.map((one) => this.row(one))}
                    </tbody>
                  </table>
                </div>
                <factor-rule @staff-changed=${() => void this.load()}></factor-rule>
                ${roleMatrix(staff.grants)}`
            : this.failed
              ? nothing
              : html`<div class="skeleton review-skeleton" aria-busy="true"></div>`
        }
      </div>
    `;
  }
}

customElements.define("kefu-staff", KefuStaff);
