/** Under a bot answer on the desk: opens the panel that says what should have been said instead. */
import { html, type TemplateResult } from "lit";
import { Pencil } from "lucide";
import { PartElement } from "../shared/element";
import { icon } from "../shared/icons";
import { CorrectPanel } from "./correct-panel";
import { say } from "./types";

const sent = new Set<string>();

export class CorrectAnswer extends PartElement {
  private get messageId(): string {
    return this.dataset["messageId"] ?? "";
  }

  private open(button: HTMLElement): void {
    for (const other of document.querySelectorAll<CorrectPanel>("correct-panel")) other.remove();
    const panel = new CorrectPanel();
    panel.messageId = this.messageId;
    panel.conversationId = /conversations\/([0-9a-f-]{36})/.exec(location.pathname)?.[1] ?? "";
    panel.opener = button;
    panel.addEventListener("correction-sent", () => {
      sent.add(this.messageId);
      for (const one of document.querySelectorAll<CorrectAnswer>("correct-answer")) one.requestUpdate();
    });
    (document.getElementById("content") ?? document.body).append(panel);
  }

  override render(): TemplateResult {
    return html`
      <button class="button ghost small" @click=${(event: Event) => this.open(event.currentTarget as HTMLElement)}>
        ${icon(Pencil, 14)} ${say(sent.has(this.messageId) ? "sent" : "correct")}
      </button>
    `;
  }
}

customElements.define("correct-answer", CorrectAnswer);

declare global {
  interface HTMLElementTagNameMap {
    "correct-answer": CorrectAnswer;
  }
}
