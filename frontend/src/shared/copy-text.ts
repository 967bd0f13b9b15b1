/** Text to take along, such as a link or a key that is shown once, with a button that copies it. */
import { html, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { Check, Copy } from "lucide";
import { PartElement } from "./element";
import { say } from "./i18n";
import { icon } from "./icons";

export class CopyText extends PartElement {
  @property() text = "";
  /** What it is, for the button's name. */
  @property() what = "";
  @state() private copied = false;

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
      this.copied = true;
    } catch {
      getSelection()?.selectAllChildren(this.querySelector("code") ?? this);
    }
  }

  override render(): TemplateResult {
    return html`
      <code class="mono">${this.text}</code>
      <button class="button small" type="button" @click=${() => void this.copy()}>
        ${icon(this.copied ? Check : Copy, 14)} ${say(this.copied ? "copied" : "copy")}
        <span class="visually-hidden">${this.what}</span>
      </button>
    `;
  }
}

customElements.define("copy-text", CopyText);

declare global {
  interface HTMLElementTagNameMap {
    "copy-text": CopyText;
  }
}
