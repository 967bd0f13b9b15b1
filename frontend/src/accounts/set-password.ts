/** Sets a password by the token behind #, which is taken out of the address at once. */
import accounts from "../../texts/accounts.json";
import { ask, Problem } from "../shared/api";
import { part } from "../shared/dom";
import { say as sayShared, sentences } from "../shared/i18n";

const say = sentences(accounts);

export class SetPassword extends HTMLElement {
  private token = "";

  connectedCallback(): void {
    this.token = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    part(this, "form", HTMLFormElement).addEventListener("submit", (event) => void this.submit(event));
  }

  private complain(sentence: string): void {
    const error = part(this, "#password-error", HTMLElement);
    error.hidden = !sentence;
    error.textContent = sentence;
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const password = part(this, "#password", HTMLInputElement).value;
    try {
      await ask("/api/v1/password", { method: "POST", body: { token: this.token || say("no_token"), password } });
      location.assign("/sign-in");
    } catch (error) {
      const useless = error instanceof Problem && error.code === "invalid_request";
      this.complain(
        useless ? say("bad_link") : error instanceof Problem && error.detail ? error.detail : sayShared("network"),
      );
    }
  }
}

customElements.define("set-password", SetPassword);
