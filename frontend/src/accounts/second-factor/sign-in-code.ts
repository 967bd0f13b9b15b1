/** The step after the password: a code from the app, or first setting the app up where the role demands it. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import { codeField, enrolmentView, recoveryCodes, say, typedCode, type Enrolment } from "./parts";

export class SignInCode extends PartElement {
  @property() ticket = "";
  @property() step: "code" | "enrol" = "code";
  @property() next = "/desk";
  @state() private enrolment: Enrolment | null = null;
  @state() private recovery = false;
  @state() private codes: string[] = [];
  @state() private problem = "";
  @state() private busy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.begin();
  }

  private async begin(): Promise<void> {
    if (this.step === "enrol") {
      try {
        const body = { ticket: this.ticket };
        this.enrolment = await ask<Enrolment>("/api/v1/session/enrolment", { method: "POST", body });
      } catch (error) {
        this.complain(error);
      }
    }
    await this.updateComplete;
    this.querySelector<HTMLInputElement>("#code")?.focus();
  }

  private complain(error: unknown): void {
    this.problem = error instanceof Problem && error.detail ? error.detail : sayShared("network");
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const code = typedCode(event.currentTarget as HTMLFormElement);
    if (code.length < 6) {
      this.problem = say("empty");
      return;
    }
    this.busy = true;
    try {
      const body = { ticket: this.ticket, code };
      const done = await ask<{ recovery_codes: string[] }>("/api/v1/session/code", { method: "POST", body });
      if (!done.recovery_codes.length) {
        this.goOn();
        return;
      }
      this.codes = done.recovery_codes;
      await this.updateComplete;
      part(this, "#recovery-title", HTMLElement).focus();
    } catch (error) {
      this.complain(error);
      part(this, "#code", HTMLInputElement).select();
    }
    this.busy = false;
  }

  private goOn(): void {
    location.assign(this.next);
  }

  private async otherWay(): Promise<void> {
    this.recovery = !this.recovery;
    this.problem = "";
    await this.updateComplete;
    const box = part(this, "#code", HTMLInputElement);
    box.value = "";
    box.focus();
  }

  override render(): TemplateResult {
    if (this.codes.length) return recoveryCodes(this.codes, say("kept_go_on"), () => this.goOn());
    const enrolling = this.step === "enrol";
    return html`
      <form class="stack" novalidate @submit=${(event: SubmitEvent) => void this.submit(event)}>
        <div>
          <h1 class="title-24">${say(enrolling ? "must_enrol" : "title")}</h1>
          <p class="muted">${say(enrolling ? "must_enrol_why" : this.recovery ? "recovery_hint" : "code_hint")}</p>
        </div>
        ${this.enrolment ? enrolmentView(this.enrolment) : nothing}
        ${codeField(say(this.recovery ? "recovery_code" : "code"), this.problem, this.recovery)}
        <button class="button primary large wide" type="submit" aria-busy=${String(this.busy)}>${say("go_on")}</button>
        <div class="row factor-actions">
          ${
            enrolling
              ? nothing
              : html`<button class="button ghost" type="button" @click=${() => void this.otherWay()}>
                  ${say(this.recovery ? "use_app" : "use_recovery")}
                </button>`
          }
          <button class="button ghost" type="button" @click=${() => location.reload()}>${say("back")}</button>
        </div>
      </form>
    `;
  }
}

customElements.define("sign-in-code", SignInCode);

declare global {
  interface HTMLElementTagNameMap {
    "sign-in-code": SignInCode;
  }
}
