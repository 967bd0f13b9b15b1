/** <kefu-queue-card>: where one stands, how long it will be, and the way back to the assistant. */
import { html, nothing, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { MessageSquarePlus } from "lucide";
import { PartElement } from "../shared/element";
import { icon } from "../shared/icons";
import type { Hours } from "./config";
import type { QueuePlace } from "./contract";
import { peopleThere, replyDay, replyTime, workingDay } from "./hours";
import { say } from "./texts";

const ROUND = 2 * Math.PI * 22;

/** How much of the ring is drawn: full when next, less the further back. */
const nearness = (position: number) => Math.max(0.12, 1 / (1 + (position - 1) * 0.25));

@customElement("kefu-queue-card")
export class QueueCard extends PartElement {
  @property({ attribute: false }) place: QueuePlace | null = null;
  @property({ attribute: false }) hours: Hours | null = null;

  protected override render(): TemplateResult {
    const position = this.place?.position ?? null;
    const day = this.hours && workingDay(this.hours);
    return html`<section class="card queue-card" aria-label=${say("queue_waiting")}>
      <div class="queue-place">
        ${this.ring(position)}
        <div>
          <p class="title-15">${this.headline(position)}</p>
          <p class="muted figures">${this.estimate}</p>
        </div>
      </div>
      <p class="caption queue-leave">${say("queue_leave")}${day ? html`<br />${say("queue_hours", day)}` : nothing}</p>
      <div class="queue-ways">
        <button type="button" class="button large" @click=${() => this.tell("kefu-write")}>
          ${icon(MessageSquarePlus)}${say("queue_add")}
        </button>
        <button type="button" class="button ghost large" @click=${() => this.tell("kefu-stop-waiting")}>
          ${say("queue_stop")}
        </button>
      </div>
    </section>`;
  }

  private get closed(): boolean {
    return this.hours !== null && !peopleThere(this.hours);
  }

  private headline(position: number | null): string {
    if (this.closed) return say("after_hours_title");
    return position === null ? say("queue_waiting") : say("queue_place", { n: position });
  }

  private get estimate(): string {
    if (this.hours && this.closed)
      return say("after_hours", { date: replyDay(this.hours), time: replyTime(this.hours) });
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
