/** <kefu-confirm-card>: what would be changed, in labelled values, and the two buttons that decide it, once. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { CircleCheck, CircleX, Clock3 } from "lucide";
import { PartElement } from "../shared/element";
import { icon } from "../shared/icons";
import type { Confirmation } from "./contract";
import { say } from "./texts";

export interface Decision {
  id: string;
  accept: boolean;
}

const OVER = {
  accepted: ["confirm_accepted", CircleCheck],
  done: ["confirm_done", CircleCheck],
  failed: ["confirm_failed", CircleX],
  cancelled: ["confirm_cancelled", CircleX],
  expired: ["confirm_expired", Clock3],
} as const;

@customElement("kefu-confirm-card")
export class ConfirmCard extends PartElement {
  @property({ attribute: false }) asked!: Confirmation;
  /** A click is on its way. */
  @property({ type: Boolean }) busy = false;
  @property({ attribute: false }) now = 0;

  private get state(): Confirmation["state"] {
    const { state, expires_at: until } = this.asked;
    return state === "pending" && until && Date.parse(until) <= Date.now() ? "expired" : state;
  }

  protected override render(): TemplateResult {
    const { title, fields } = this.asked;
    return html`<section class="card confirm" aria-label=${title ?? ""}>
      <p class="title-15">${title}</p>
      <dl>
        ${fields?.map(
          ({ label, value }) =>
            html`<div>
              <dt>${label}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      ${this.state === "pending" ? this.buttons() : this.verdict(this.state)}
    </section>`;
  }

  private buttons(): TemplateResult {
    return html`<div class="two">
      <button type="button" class="button large" ?disabled=${this.busy} @click=${() => this.decide(false)}>
        ${say("confirm_no")}
      </button>
      <button
        type="button"
        class="button primary large"
        aria-busy=${this.busy ? "true" : nothing}
        @click=${() => this.decide(true)}
      >
        ${say("confirm_yes")}
      </button>
    </div>`;
  }

  private verdict(state: keyof typeof OVER): TemplateResult {
    const [words, mark] = OVER[state];
    return html`<p class="row ${state}" role="status">${icon(mark)}${say(words)}</p>`;
  }

  private decide(accept: boolean): void {
    if (!this.busy) this.tell("kefu-decide", { id: this.asked.confirmation_id, accept } satisfies Decision);
  }
}
