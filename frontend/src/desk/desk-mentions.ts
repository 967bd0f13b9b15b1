/** <desk-mentions>: how many notes name you that you have not seen, and the way to each of them. */
import { html, nothing, type TemplateResult } from "lit";
import { AtSign } from "lucide";
import desk from "../../texts/desk.json";
import { ask } from "../shared/api";
import { PartElement } from "../shared/element";
import { sentences } from "../shared/i18n";
import { icon } from "../shared/icons";

const say = sentences(desk);
const LOOK_EVERY_MS = 60_000;

interface Mention {
  conversation_id: string;
  note_id: string;
  author: string;
  text: string;
}

export class DeskMentions extends PartElement {
  private items: Mention[] = [];
  private timer: number | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => document.hidden || void this.look(), LOOK_EVERY_MS);
    void this.look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  async look(): Promise<void> {
    try {
      this.items = (await ask<{ items: Mention[] }>("/api/v1/desk/mentions")).items;
      this.requestUpdate();
    } catch {
      // asked again in a minute
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.items.length) return nothing;
    return html`<details class="mentions">
      <summary class="badge accent" aria-label=${say("mentions", { n: this.items.length })}>
        ${icon(AtSign, 14)} <span class="figures">${this.items.length}</span>
      </summary>
      <ul class="menu">
        ${this.items.map(
          (one) =>
            html`<li>
              <a href="/desk/conversations/${one.conversation_id}#m-${one.note_id}">
                <span class="caption">${say("mentioned_by", { name: one.author })}</span>
                <span class="ellipsis">${one.text}</span>
              </a>
            </li>`,
        )}
      </ul>
    </details>`;
  }
}

customElements.define("desk-mentions", DeskMentions);

declare global {
  interface HTMLElementTagNameMap {
    "desk-mentions": DeskMentions;
  }
}
