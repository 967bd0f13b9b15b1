/** Whether people are at their desks now, and when a message left outside these hours is answered. */
import { locale, say } from "../shared/i18n";
import type { Hours } from "./config";

/** The date (YYYY-MM-DD) and HH:MM on the company's own clock. */
function localTime(at: Date, timeZone: string): { date: string; time: string } {
  const [date = "", time = ""] = at.toLocaleString("sv-SE", { timeZone, hourCycle: "h23" }).split(" ");
  return { date, time: time.slice(0, 5) };
}

const spansOf = (hours: Hours) => hours.spans.map(([from, to]) => ({ from: new Date(from), to: new Date(to) }));

export function peopleThere(hours: Hours, at = new Date()): boolean {
  return spansOf(hours).some(({ from, to }) => from <= at && at < to);
}

/** When people begin and stop on the day they are there, or are there next; null when nothing is planned. */
export function workingDay(hours: Hours, at = new Date()): { open: string; close: string } | null {
  const spans = spansOf(hours);
  const next = spans.find(({ to }) => to > at);
  if (!next) return null;
  const day = localTime(next.from, hours.timezone).date;
  const ofDay = spans.filter(({ from }) => localTime(from, hours.timezone).date === day);
  const close = localTime(ofDay.at(-1)?.to ?? next.to, hours.timezone).time;
  return {
    open: localTime(ofDay[0]?.from ?? next.from, hours.timezone).time,
    close: close === "00:00" ? "24:00" : close,
  };
}

/** The day a message left now is answered: today, tomorrow, or the date of the next working day. */
export function replyDay(hours: Hours, at = new Date()): string {
  const next = spansOf(hours).find(({ from }) => from > at);
  if (!next) return say("tomorrow");
  const day = localTime(next.from, hours.timezone).date;
  if (day === localTime(at, hours.timezone).date) return say("today").toLowerCase();
  if (day === localTime(new Date(at.getTime() + 86_400_000), hours.timezone).date) return say("tomorrow");
  return next.from.toLocaleDateString(locale() === "en" ? "en-GB" : "zh-CN", {
    month: "short",
    day: "numeric",
    timeZone: hours.timezone,
  });
}

/** The time a message left now is answered by, on that day: in a break its end, else the promised one. */
export function replyTime(hours: Hours, at = new Date()): string {
  const next = spansOf(hours).find(({ from }) => from > at);
  const [now, day] = [localTime(at, hours.timezone), workingDay(hours, at)];
  const isBreak = next && day && localTime(next.from, hours.timezone).date === now.date && now.time >= day.open;
  return isBreak ? day.close : hours.reply_by;
}
