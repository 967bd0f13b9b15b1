/** Makes the sign-in form work: sends it, tells what is wrong and how many tries are left, shows the password. */
import signin from "../../texts/signin.json";
import { ask, Problem } from "../shared/api";
import { part } from "../shared/dom";
import { say as sayShared, sentences } from "../shared/i18n";

const say = sentences(signin);

/** What a right password is answered with: a session, or a ticket while a code is still to come. */
interface Opened {
  ticket?: string;
  step?: "code" | "enrol";
}

export class SignInForm extends HTMLElement {
  connectedCallback(): void {
    this.form.addEventListener("submit", (event) => void this.submit(event));
    this.querySelector("[data-reveal]")?.addEventListener("click", (event) => this.reveal(event));
    this.form.addEventListener("input", () => this.complain(""));
  }

  private get form(): HTMLFormElement {
    return part(this, "form", HTMLFormElement);
  }

  private get password(): HTMLInputElement {
    return part(this, "#password", HTMLInputElement);
  }

  private reveal(event: Event): void {
    const shown = this.password.type === "password";
    this.password.type = shown ? "text" : "password";
    (event.currentTarget as HTMLElement).setAttribute("aria-pressed", String(shown));
  }

  private get next(): string {
    return this.dataset["next"] ?? "/desk";
  }

  private askForCode(ticket: string, step: "code" | "enrol"): void {
    const asking = document.createElement("sign-in-code");
    Object.assign(asking, { ticket, step, next: this.next });
    this.replaceChildren(asking);
  }

  private complain(sentence: string): void {
    const error = part(this, "#sign-in-error", HTMLElement);
    error.hidden = !sentence;
    part(error, "span", HTMLElement).textContent = sentence;
    this.password.ariaInvalid = sentence ? "true" : null;
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const email = part(this, "#email", HTMLInputElement).value.trim();
    const password = this.password.value;
    if (!email || !password) {
      this.complain(say("empty"));
      return;
    }
    const button = part(this, "[type=submit]", HTMLButtonElement);
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    try {
      const opened = await ask<Opened>("/api/v1/session", { method: "POST", body: { email, password } });
      if (opened.ticket && opened.step) this.askForCode(opened.ticket, opened.step);
      else location.assign(this.next);
    } catch (error) {
      button.ariaBusy = null;
      this.complain(error instanceof Problem && error.status !== 0 ? error.detail : sayShared("network"));
      this.password.select();
    }
  }
}

customElements.define("sign-in-form", SignInForm);

declare global {
  interface HTMLElementTagNameMap {
    "sign-in-form": SignInForm;
  }
}
