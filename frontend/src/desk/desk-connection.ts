/** <desk-connection>: one line over the desk while live updates are away: since when, what waits, and that all is back. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Check, WifiOff } from "lucide";
import desk from "../../texts/desk.json";
import { PartElement } from "../shared/element";
import { clock, say as sayShared, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";

const say = sentences(desk);
/** A connection that comes back within this time was never worth a word. */
const QUIET_MS = 2500;
const CAUGHT_UP_MS = 2500;

/** What the page's streams tell of themselves. */
export interface LiveState {
  stream: "list" | "conversation";
  up: boolean;
}

@customElement("desk-connection")
export class DeskConnection extends PartElement {
  @state() private shown: "nothing" | "away" | "back" = "nothing";
  private readonly away = new Set<string>();
  private since = 0;
  private timer: number | undefined;

  /** Takes what a stream tells; true when the last one that was away is back. */
  take({ stream, up }: LiveState): boolean {
    const was = this.away.size;
    if (!up) {
      this.away.add(stream);
      if (was === 0) {
        this.since = Date.now();
        this.later(QUIET_MS, "away");
      }
      return false;
    }
    this.away.delete(stream);
    if (was === 0 || this.away.size > 0) return false;
    clearTimeout(this.timer);
    if (this.shown === "away") {
      this.shown = "back";
      this.later(CAUGHT_UP_MS, "nothing");
    }
    return true;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private later(ms: number, shown: "away" | "nothing"): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => (this.shown = shown), ms);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.shown === "back")
      return html`<p class="banner ok" role="status">${icon(Check)}<span>${say("live_back")}</span></p>`;
    if (this.shown !== "away") return nothing;
    return html`<p class="banner warn" role="alert">
      ${icon(WifiOff)}<span>${say("live_lost", { at: clock(new Date(this.since)) })}</span>
      <button type="button" @click=${() => this.tell("desk-retry")}>${sayShared("retry")}</button>
    </p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "desk-connection": DeskConnection;
  }
}
