/** One's own account: the second factor is set up, renewed and switched off here. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import { toast } from "../../staff/toast";
import { codeField, enrolmentView, recoveryCodes, say, typedCode, type Enrolment } from "./parts";

const URL = "/api/v1/second-factor";
/** What a typed code is for. */
type Wish = "confirm" | "recovery-codes" | "remove";

interface State {
  on: boolean;
  required: boolean;
  recovery_codes: number;
}

export class KefuAccount extends PartElement {
  @state() private known: State | null = null;
  @state() private enrolment: Enrolment | null = null;
  @state() private wish: Wish | null = null;
  @state() private codes: string[] = [];
  @state() private problem = "";
  @state() private failed = false;
  private busy = false;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.known = await ask<State>(URL);
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }

  private told(error: unknown): string {
    return error instanceof Problem && error.detail ? error.detail : sayShared("network");
  }

  private async want(wish: Wish): Promise<void> {
    try {
      this.enrolment = wish === "confirm" ? await ask<Enrolment>(`${URL}/enrolment`, { method: "POST" }) : null;
    } catch (error) {
      toast(this.told(error), "alert");
      return;
    }
    this.problem = "";
    this.wish = wish;
    await this.updateComplete;
    part(this, "#code", HTMLInputElement).focus();
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { wish } = this;
    if (!wish || this.busy) return;
    const code = typedCode(event.currentTarget as HTMLFormElement);
    if (code.length < 6) {
      this.problem = say("empty");
      return;
    }
    this.busy = true;
    try {
      const answer = await ask<{ recovery_codes: string[] } | undefined>(`${URL}/${wish}`, {
        method: "POST",
        body: { code },
      });
      await this.settle(wish, answer?.recovery_codes ?? []);
    } catch (error) {
      this.problem = this.told(error);
      part(this, "#code", HTMLInputElement).select();
    }
    this.busy = false;
  }

  private async settle(wish: Wish, codes: string[]): Promise<void> {
    this.wish = null;
    this.enrolment = null;
    this.codes = codes;
    toast(say(`done_${wish}`));
    await this.load();
    await this.updateComplete;
    this.querySelector<HTMLElement>("#recovery-title")?.focus();
  }

  private choices(known: State): TemplateResult {
    if (!known.on)
      return html`<button class="button primary" @click=${() => void this.want("confirm")}>
        ${say("switch_on")}
      </button>`;
    return html`
      <button class="button" @click=${() => void this.want("recovery-codes")}>${say("renew")}</button>
      ${
        known.required
          ? nothing
          : html`<button class="button" @click=${() => void this.want("remove")}>${say("switch_off")}</button>`
      }
    `;
  }

  private form(wish: Wish): TemplateResult {
    return html`
      <form class="stack factor-form" novalidate @submit=${(event: SubmitEvent) => void this.submit(event)}>
        ${this.enrolment ? enrolmentView(this.enrolment) : html`<p>${say(`why_${wish}`)}</p>`}
        ${codeField(say("code"), this.problem)}
        <div class="row factor-actions">
          <button class="button primary" type="submit">${say(`do_${wish}`)}</button>
          <button class="button" type="button" @click=${() => (this.wish = null)}>${sayShared("cancel")}</button>
        </div>
      </form>
    `;
  }

  private section(known: State): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="factor-title">
        <div class="row">
          <h2 class="title-15" id="factor-title">${say("section")}</h2>
          <span class="badge ${known.on ? "ok" : ""} push"
            ><span class="dot"></span>${say(known.on ? "is_on" : "is_off")}</span
          >
        </div>
        <p class="muted">
          ${say(known.on ? "section_on" : "section_off")}
          ${known.on ? say("left", { n: known.recovery_codes }) : nothing} ${known.required ? say("required") : nothing}
        </p>
        ${
          this.codes.length
            ? recoveryCodes(this.codes, say("kept"), () => (this.codes = []))
            : this.wish
              ? this.form(this.wish)
              : html`<div class="row factor-actions">${this.choices(known)}</div>`
        }
      </section>
    `;
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("account_title")}</h1>
          <div class="caption">${say("account_subtitle")}</div>
        </div>
      </header>
      <div class="page-body stack service-page">
        ${
          this.failed
            ? html`<div class="state">
                <h2>${say("failed")}</h2>
                <button class="button" @click=${() => void this.load()}>${sayShared("retry")}</button>
              </div>`
            : nothing
        }
        ${this.known ? this.section(this.known) : this.failed ? nothing : html`<div class="skeleton review-skeleton" aria-busy="true"></div>`}
      </div>
    `;
  }
}

customElements.define("kefu-account", KefuAccount);
