/** <desk-brief>: the conversation in three lines: what is wanted, what was done, what is open; and who wrote that. */
import { html, nothing, type TemplateResult } from "lit";
import desk from "../../../texts/desk.json";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { sentences } from "../../shared/i18n";

const say = sentences(desk);
const CALM_MS = 700;

interface Brief {
  wanted: string;
  done: string;
  open: string;
  by: "extract" | "model";
}

export class DeskBrief extends PartElement {
  private brief: Brief | null | undefined;
  private failed = false;
  private timer: number | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  /** Something was said: made anew in a moment, once for everything until then. */
  renew(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(), CALM_MS);
  }

  get text(): string {
    const { brief } = this;
    return brief
      ? `${say("brief_wanted")}：${brief.wanted}\n${say("brief_done")}：${brief.done}\n${say("brief_open")}：${brief.open}`
      : "";
  }

  private async load(): Promise<void> {
    try {
      const path = `/api/v1/conversations/${this.dataset["conversation"] ?? ""}/brief`;
      this.brief = (await ask<{ brief: Brief | null }>(path)).brief;
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { brief } = this;
    return html`<h2 class="title-13 row">
        ${say("brief")}${brief ? html`<span class="caption push">${say(`brief_by_${brief.by}`)}</span>` : nothing}
      </h2>
      ${
        brief
          ? html`<dl>
              <dt>${say("brief_wanted")}</dt>
              <dd>${brief.wanted}</dd>
              <dt>${say("brief_done")}</dt>
              <dd>${brief.done}</dd>
              <dt>${say("brief_open")}</dt>
              <dd>${brief.open}</dd>
            </dl>`
          : html`<p class="caption">
              ${this.failed ? say("offer_failed") : brief === null ? say("brief_none") : say("offer_loading")}
            </p>`
      }`;
  }
}

customElements.define("desk-brief", DeskBrief);

declare global {
  interface HTMLElementTagNameMap {
    "desk-brief": DeskBrief;
  }
}
