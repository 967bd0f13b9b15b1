/** What setting up an authenticator shows wherever it happens: QR code and secret, a box for the code, recovery codes. */
import { html, nothing, type TemplateResult } from "lit";
import { CircleAlert } from "lucide";
import factor from "../../../texts/second_factor.json";
import "../../shared/copy-text";
import { sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";

export const say = sentences(factor);

export interface Enrolment {
  secret: string;
  address: string;
  picture: string;
}

/** The secret, to be scanned, opened on this phone, or typed. */
export function enrolmentView(enrolment: Enrolment): TemplateResult {
  return html`
    <div class="factor-enrolment">
      <img src=${enrolment.picture} width="176" height="176" alt=${say("qr")} />
      <ol class="factor-steps">
        <li>${say("step_app")}</li>
        <li>${say("step_scan")} <a href=${enrolment.address}>${say("open_app")}</a></li>
        <li>${say("step_code")}</li>
      </ol>
    </div>
    <div class="field">
      <span class="label">${say("secret")}</span>
      <copy-text .text=${enrolment.secret} .what=${say("secret")}></copy-text>
    </div>
  `;
}

/** The box for a code, with what was wrong about the last one. */
export function codeField(label: string, problem: string, recovery = false): TemplateResult {
  return html`
    <div class="field">
      <label for="code">${label}</label>
      <input
        class="input large factor-code"
        id="code"
        name="code"
        inputmode=${recovery ? "text" : "numeric"}
        autocomplete="one-time-code"
        autocapitalize="none"
        spellcheck="false"
        minlength="6"
        maxlength="40"
        required
        aria-invalid=${problem ? "true" : "false"}
        aria-describedby="code-error"
      />
      <p class="error row" id="code-error" role="alert" ?hidden=${!problem}>
        ${problem ? html`${icon(CircleAlert, 14)} ${problem}` : nothing}
      </p>
    </div>
  `;
}

/** The recovery codes, shown once; `done` when they are put away. */
export function recoveryCodes(codes: string[], action: string, done: () => void): TemplateResult {
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(codes.join("\n"))}`;
  return html`
    <section class="stack" aria-labelledby="recovery-title">
      <h2 class="title-15" id="recovery-title" tabindex="-1">${say("recovery_title")}</h2>
      <p class="muted">${say("recovery_why")}</p>
      <ul class="factor-recovery mono">
        ${codes.map((code) => html`<li>${code}</li>`)}
      </ul>
      <div class="row factor-actions">
        <a class="button" href=${file} download="kefu-recovery-codes.txt">${say("download")}</a>
        <button class="button primary" type="button" @click=${done}>${action}</button>
      </div>
    </section>
  `;
}

/** What was typed into the form's code box. */
export function typedCode(form: HTMLFormElement): string {
  const value = new FormData(form).get("code");
  return typeof value === "string" ? value.trim() : "";
}
