/** What training does by itself: two switches, the bound of the weekly run, and what came of the last times. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { ask } from "../shared/api";
import { PartElement } from "../shared/element";
import { dayAndTime } from "../shared/i18n";
import { toast } from "../staff/toast";
import { attempt } from "./datasets/types";
import { named, say } from "./types";

const SCHEDULE = "/api/v1/training/schedule";

interface Last {
  at: string;
  came: string;
  made: string | null;
}

interface Schedule {
  nightly: boolean;
  weekly: boolean;
  enough_new: number;
  last_night: Last | null;
  last_week: Last | null;
}

export class TrainingSchedule extends PartElement {
  @property({ type: Boolean }) may = false;
  @state() private schedule: Schedule | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void attempt(async () => {
      this.schedule = await ask<Schedule>(SCHEDULE);
    });
  }

  private async change(changed: Partial<Schedule>): Promise<void> {
    const { nightly, weekly, enough_new } = { ...this.schedule, ...changed } as Schedule;
    await attempt(async () => {
      this.schedule = await ask<Schedule>(SCHEDULE, { method: "PUT", body: { nightly, weekly, enough_new } });
      toast(say("schedule_saved"));
    });
    this.requestUpdate();
  }

  private last(last: Last | null): TemplateResult {
    if (!last) return html`<span class="caption">${say("never_yet")}</span>`;
    return html`<span class="caption"
      >${say("last_time")} <span class="figures">${dayAndTime(new Date(last.at))}</span> ·
      ${named("came", last.came)}</span
    >`;
  }

  private row(name: "nightly" | "weekly", on: boolean, last: Last | null, more: TemplateResult | typeof nothing) {
    return html`<li>
      <input
        type="checkbox"
        class="switch"
        role="switch"
        id="schedule-${name}"
        .checked=${on}
        ?disabled=${!this.may}
        @change=${(event: Event) => void this.change({ [name]: (event.target as HTMLInputElement).checked })}
      />
      <span
        ><label for="schedule-${name}">${say(name)}</label>
        <span class="caption schedule-help">${say(`${name}_help`)}</span></span
      >
      <span class="learn-row push">${more} ${this.last(last)}</span>
    </li>`;
  }

  private bound(schedule: Schedule): TemplateResult {
    return html`<label class="learn-row caption"
      >${say("enough_new")}
      <input
        class="input schedule-bound"
        type="number"
        min="1"
        max="1000000"
        .value=${String(schedule.enough_new)}
        ?disabled=${!this.may}
        @change=${(event: Event) => {
          const field = event.target as HTMLInputElement;
          if (field.reportValidity()) void this.change({ enough_new: Number(field.value) });
        }}
    /></label>`;
  }

  override render(): TemplateResult | typeof nothing {
    const schedule = this.schedule;
    if (!schedule) return nothing;
    return html`<section class="card learn-card" aria-label=${say("schedule")}>
      <h2 class="title-15">${say("schedule")}</h2>
      <p class="caption">${say("schedule_help")}</p>
      <ul class="plain-list schedule-list">
        ${this.row("nightly", schedule.nightly, schedule.last_night, nothing)}
        ${this.row("weekly", schedule.weekly, schedule.last_week, this.bound(schedule))}
      </ul>
    </section>`;
  }
}

customElements.define("training-schedule", TrainingSchedule);

declare global {
  interface HTMLElementTagNameMap {
    "training-schedule": TrainingSchedule;
  }
}
