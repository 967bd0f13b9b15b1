/** The company's rule: which roles must use the second factor. */
import { html, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import accounts from "../../../texts/accounts.json";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";
import { toast } from "../../staff/toast";
import { ROLES, type Role } from "../permissions";
import { say } from "./parts";

const sayRole = sentences(accounts);
const URL = "/api/v1/second-factor/rule";

export class FactorRule extends PartElement {
  @state() private roles: Role[] | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.roles = (await ask<{ roles: Role[] }>(URL)).roles;
    } catch {
      this.roles = null; // the list above tells that the server is away
    }
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const roles = new FormData(event.currentTarget as HTMLFormElement).getAll("role");
    try {
      await ask(URL, { method: "PUT", body: { roles } });
      toast(say("rule_saved"));
      this.tell("staff-changed");
    } catch (error) {
      toast(error instanceof Problem && error.detail ? error.detail : sayShared("network"), "alert");
    }
    await this.load();
  }

  override render(): TemplateResult {
    const { roles } = this;
    if (!roles) return html``;
    return html`
      <form class="stack" @submit=${(event: SubmitEvent) => void this.save(event)}>
        <h2 class="title-15">${say("rule")}</h2>
        <p class="caption">${say("rule_help")}</p>
        <div class="row factor-actions">
          ${ROLES.filter((role) => role !== "integrator").map(
            (role) =>
              html`<label class="row"
                ><input
                  class="checkbox"
                  type="checkbox"
                  name="role"
                  value=${role}
                  .checked=${roles.includes(role)}
                />${sayRole(`role_${role}`)}</label
              >`,
          )}
          <button class="button" type="submit">${say("rule_save")}</button>
        </div>
      </form>
    `;
  }
}

customElements.define("factor-rule", FactorRule);

declare global {
  interface HTMLElementTagNameMap {
    "factor-rule": FactorRule;
  }
}
