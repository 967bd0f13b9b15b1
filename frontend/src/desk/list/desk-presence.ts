/** <desk-presence>: says whether one is there oneself, and how much one has of what one can take. */
import { html, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Bell, BellOff } from "lucide";
import desk from "../../../texts/desk.json";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";
import { alertsOn, switchAlerts } from "./alerts";

const say = sentences(desk);
const STATES = ["online", "busy", "break", "offline"] as const;
type Presence = (typeof STATES)[number];

@customElement("desk-presence")
export class DeskPresence extends PartElement {
  @property({ attribute: "data-state" }) presence: Presence = "offline";
  @property({ attribute: "data-load" }) load = "0";
  @property({ attribute: "data-capacity" }) capacity = "0";
  @state() private busy = false;
  @state() private alerts = alertsOn();

  protected override render(): TemplateResult {
    const held = { load: this.load, capacity: this.capacity };
    return html`<label class="desk-presence ${this.presence}" title=${say("presence_help", held)}>
        <span class="dot" aria-hidden="true"></span>
        <span class="visually-hidden">${say("presence")}</span>
        <select
          aria-busy=${String(this.busy)}
          .value=${this.presence}
          @change=${(event: Event) => void this.choose(event)}
        >
          ${STATES.map((one) => html`<option value=${one} ?selected=${one === this.presence}>${say(`presence_${one}`)}</option>`)}
        </select>
        <span class="figures caption">${say("presence_load", held)}</span>
      </label>
      <button
        type="button"
        class="button ghost small icon-only"
        aria-pressed=${String(this.alerts)}
        aria-label=${say("alerts_on")}
        title=${say("alerts_on")}
        @click=${() => this.switch()}
      >
        ${icon(this.alerts ? Bell : BellOff, 14)}
      </button>`;
  }

  private switch(): void {
    this.alerts = !this.alerts;
    void switchAlerts(this.alerts);
  }

  private async choose(event: Event): Promise<void> {
    const before = this.presence;
    this.presence = (event.target as HTMLSelectElement).value as Presence;
    this.busy = true;
    try {
      await ask("/api/v1/desk/presence", { method: "PUT", body: { state: this.presence } });
    } catch (problem) {
      this.presence = before;
      toast(problem instanceof Problem && problem.detail ? problem.detail : sayShared("network"), "alert");
    }
    this.busy = false;
    this.tell("desk-changed");
  }
}
