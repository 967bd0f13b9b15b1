/** <calendar-form>: the dialog of a calendar: zone, the hours of each weekday, special days, import of a year's list. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import {
  calendarName,
  CALENDARS,
  mergeDays,
  overlaps,
  readIntervals,
  say,
  writeDays,
  writeIntervals,
  type Calendar,
  type SpecialDay,
} from "./types";

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const ZONES = ["Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Europe/Berlin", "America/New_York", "UTC"];

@customElement("calendar-form")
export class CalendarForm extends PartElement {
  @state() private calendar: Calendar | null = null;
  @state() private wrong: Record<string, string> = {};
  @state() private problem = "";
  @state() private told = "";
  @state() private busy = false;

  /** Opens for a new calendar (null) or a known one; tells `calendar-saved`. */
  async open(calendar: Calendar | null): Promise<void> {
    this.calendar = calendar;
    this.wrong = {};
    this.problem = "";
    this.told = "";
    await this.updateComplete;
    part(this, "form", HTMLFormElement).reset();
    part(this, "dialog", HTMLDialogElement).showModal();
  }

  private word(name: string): string {
    return (new FormData(part(this, "form", HTMLFormElement)).get(name) as string | null)?.trim() ?? "";
  }

  private get days(): HTMLTextAreaElement {
    return part(this, "#calendar-days", HTMLTextAreaElement);
  }

  private async readDays(text: string, year = ""): Promise<SpecialDay[]> {
    if (!text.trim()) return [];
    const body = { text, ...(year ? { year: Number(year) } : {}) };
    return (await ask<{ days: SpecialDay[] }>(`${CALENDARS}/read-list`, { method: "POST", body })).days;
  }

  private complain(error: unknown): void {
    this.problem = error instanceof Problem && error.detail ? error.detail : sayShared("network");
  }

  /** Reads a pasted list into the days above it; nothing is stored before the form is. */
  private async take(): Promise<void> {
    this.problem = this.told = "";
    try {
      const more = await this.readDays(this.word("list"), this.word("year"));
      this.days.value = writeDays(mergeDays(await this.readDays(this.days.value), more));
      const off = more.filter((one) => one.kind === "off").length;
      this.told = say("imported", { off, work: more.length - off });
    } catch (error) {
      this.complain(error);
    }
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.problem = "";
    const week = WEEKDAYS.map((day) => readIntervals(this.word(`day${day}`)));
    this.wrong = {};
    if (!this.word("name")) this.wrong = { name: say("name_missing") };
    week.forEach((intervals, at) => {
      const why = intervals === null ? "intervals_wrong" : overlaps(intervals) ? "intervals_overlap" : null;
      if (why) this.wrong = { ...this.wrong, [`day${at + 1}`]: say(why) };
    });
    if (Object.keys(this.wrong).length) {
      await this.updateComplete;
      this.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
      return;
    }
    this.busy = true;
    try {
      const days = await this.readDays(this.days.value);
      const revision = this.calendar?.revision ?? 0;
      const body = { name: this.word("name"), timezone: this.word("timezone"), week, days, revision };
      const saved = this.calendar
        ? await ask<Calendar>(`${CALENDARS}/${this.calendar.calendar_id}`, { method: "PUT", body })
        : await ask<Calendar>(CALENDARS, { method: "POST", body });
      part(this, "dialog", HTMLDialogElement).close();
      this.tell("calendar-saved", saved);
    } catch (error) {
      this.complain(error);
    }
    this.busy = false;
  }

  private text(
    name: string,
    label: string,
    value: string,
    more: { help?: string; list?: string } = {},
  ): TemplateResult {
    const wrong = this.wrong[name];
    return html`<div class="field">
      <label for="calendar-${name}">${label}</label>
      <input
        class="input"
        id="calendar-${name}"
        name=${name}
        maxlength="200"
        autocomplete="off"
        value=${value}
        list=${more.list ?? nothing}
        aria-invalid=${wrong ? "true" : "false"}
        aria-describedby=${wrong ? `calendar-${name}-wrong` : nothing}
      />
      ${wrong ? html`<span class="error" id="calendar-${name}-wrong">${wrong}</span>` : nothing}
    </div>`;
  }

  private week(calendar: Calendar | null): TemplateResult {
    const usual = "09:00-12:00 13:30-18:00";
    const hours = (day: number) => (calendar ? writeIntervals(calendar.week[day - 1] ?? []) : day <= 5 ? usual : "");
    return html`<fieldset class="level-group">
      <legend class="title-13">${say("week")}</legend>
      <p class="help">${say("week_help")}</p>
      <div class="level-week">${WEEKDAYS.map((day) => this.text(`day${day}`, say(`day_${day}`), hours(day)))}</div>
    </fieldset>`;
  }

  private special(calendar: Calendar | null): TemplateResult {
    return html`<div class="field">
        <label for="calendar-days">${say("special")}</label>
        <textarea
          class="input mono"
          id="calendar-days"
          name="days"
          rows="5"
          aria-describedby="calendar-days-help"
          .value=${writeDays(calendar?.days ?? [])}
        ></textarea>
        <span class="help" id="calendar-days-help">${say("special_help")}</span>
      </div>
      <details class="level-import">
        <summary>${say("import")}</summary>
        <div class="field">
          <label for="calendar-list">${say("import_help")}</label>
          <textarea class="input" id="calendar-list" name="list" rows="5"></textarea>
        </div>
        <div class="row">
          <label for="calendar-year" class="caption">${say("import_year")}</label>
          <input
            class="input level-minutes"
            id="calendar-year"
            name="year"
            type="number"
            min="2000"
            max="2100"
            value=${String(new Date().getFullYear() + 1)}
          />
          <button type="button" class="button" @click=${() => void this.take()}>${say("import_read")}</button>
        </div>
      </details>
      <p class="caption" role="status">${this.told}</p>`;
  }

  protected override render(): TemplateResult {
    const calendar = this.calendar;
    const title = calendar ? say("calendar_edit", { name: calendarName(calendar) }) : say("calendar_add");
    return html`<dialog class="dialog queue-dialog" aria-labelledby="calendar-title">
      <form class="stack" novalidate @submit=${(event: Event) => void this.save(event)}>
        <h2 id="calendar-title">${title}</h2>
        ${this.text("name", say("name"), calendar ? calendarName(calendar) : "")}
        ${this.text("timezone", say("timezone"), calendar?.timezone ?? "Asia/Shanghai", { list: "calendar-zones" })}
        <datalist id="calendar-zones">${ZONES.map((zone) => html`<option value=${zone}></option>`)}</datalist>
        ${this.week(calendar)} ${this.special(calendar)}
        ${this.problem ? html`<p class="banner danger" role="alert">${this.problem}</p>` : nothing}
        <div class="actions">
          <button type="button" class="button" @click=${() => part(this, "dialog", HTMLDialogElement).close()}>
            ${sayShared("cancel")}
          </button>
          <button class="button primary" aria-busy=${String(this.busy)}>${say("save")}</button>
        </div>
      </form>
    </dialog>`;
  }
}
