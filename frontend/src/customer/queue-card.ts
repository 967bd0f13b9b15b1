/** <kefu-queue-card>: where one stands, how long it will be, and two ways out: leave a message, or stop waiting. */
import { html, nothing, svg, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Mail, MessageSquarePlus } from "lucide";
import { PartElement } from "../shared/element";
import { icon } from "../shared/icons";
import type { Hours } from "./config";
import type { LeftMessage, QueuePlace } from "./contract";
import { peopleThere, replyDay } from "./hours";
import { say } from "./texts";

const ROUND = 2 * Math.PI * 22;

/** How much of the ring is drawn: full when next, less the further back. */
const nearness = (position: number) => Math.max(0.12, 1 / (1 + (position - 1) * 0.25));

@customElement("kefu-queue-card")
export class QueueCard extends PartElement {
  @property({ attribute: false }) place: QueuePlace | null = null;
  @property({ attribute: false }) hours: Hours | null = null;
  @state() private writing = false;
  @state() private left = false;

  protected override render(): TemplateResult {
    const position = this.place?.position ?? null;
    return html`<section class="card queue-card" aria-label=${say("queue_waiting")}>
      <div class="queue-place">
        ${this.ring(position)}
        <div>
          <p class="title-15">${this.headline(position)}</p>
          <p class="muted figures">${this.estimate}</p>
        </div>
      </div>
      <p class="caption queue-leave">
        ${say("queue_leave")}${
          this.hours ? html`<br />${say("queue_hours", { open: this.hours.open, close: this.hours.close })}` : nothing
        }
      </p>
      ${this.writing ? this.form() : this.ways()}
    </section>`;
  }

  private ways(): TemplateResult {
    if (this.left) return html`<p role="status">${say("queue_left")}</p>`;
    return html`<div class="queue-ways">
      <button type="button" class="button large" @click=${() => this.tell("kefu-write")}>
        ${icon(MessageSquarePlus)}${say("queue_add")}
      </button>
      <button type="button" class="button large" @click=${() => this.write()}>
        ${icon(Mail)}${say("queue_message")}
      </button>
      <button type="button" class="button ghost large" @click=${() => this.tell("kefu-leave", null)}>
        ${say("queue_stop")}
      </button>
    </div>`;
  }

  private write(): void {
    this.writing = true;
    void this.updateComplete.then(() => this.querySelector("textarea")?.focus());
  }

  private form(): TemplateResult {
    return html`<form class="stack" @submit=${(event: Event) => this.leave(event)}>
      <label class="caption" for="queue-words">${say("queue_message_words")}</label>
      <textarea class="input" id="queue-words" name="text" rows="3" maxlength="4000" required></textarea>
      <label class="caption" for="queue-contact">${say("queue_message_contact")}</label>
      <input class="input" id="queue-contact" name="contact" maxlength="200" autocomplete="email" />
      <div class="queue-ways">
        <button class="button primary large">${say("queue_message_send")}</button>
        <button type="button" class="button ghost large" @click=${() => (this.writing = false)}>
          ${say("queue_message_no")}
        </button>
      </div>
    </form>`;
  }

  private leave(event: Event): void {
    event.preventDefault();
    const said = new FormData(event.target as HTMLFormElement);
    const text = (said.get("text") as string).trim();
    const contact = (said.get("contact") as string).trim();
    if (!text) return;
    this.tell("kefu-leave", { text, ...(contact ? { contact } : {}) } satisfies LeftMessage);
    this.writing = false;
    this.left = true;
  }

  private get closed(): boolean {
    return this.hours !== null && !peopleThere(this.hours);
  }

  private headline(position: number | null): string {
    if (this.closed) return say("after_hours_title");
    return position === null ? say("queue_waiting") : say("queue_place", { n: position });
  }

  private get estimate(): string {
    if (this.hours && this.closed) return say("after_hours", { date: replyDay(this.hours), time: this.hours.reply_by });
    const wait = this.place?.estimated_wait_s ?? null;
    if (wait === null) return say("queue_unknown");
    const m = Math.max(1, Math.round(wait / 60));
    return m === 1 ? say("queue_minute") : say("queue_minutes", { m });
  }

  private ring(position: number | null): TemplateResult {
    const drawn = position === null ? 0.25 : nearness(position);
    return html`<span class="ring figures" aria-hidden="true">
      <svg viewBox="0 0 50 50" width="50" height="50">
        ${svg`<circle class="ring-track" cx="25" cy="25" r="22"></circle>
        <circle class="ring-drawn" cx="25" cy="25" r="22" stroke-dasharray="${ROUND * drawn} ${ROUND}"></circle>`}
      </svg>
      <b>${position ?? "…"}</b>
    </span>`;
  }
}
