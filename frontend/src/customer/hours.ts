/** Whether people are at their desks now, and when a message left outside these hours is answered. */
import { locale, say } from "../shared/i18n";
import type { Hours } from "./config";

interface LocalTime {
  day: number;
  time: string;
}

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** The weekday (1 = Monday) and HH:MM on the company's own clock. */
function localTime(at: Date, timeZone: string): LocalTime {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: string) => parts.find((other) => other.type === type)?.value ?? "";
  return { day: WEEKDAYS.indexOf(part("weekday")) + 1, time: `${part("hour")}:${part("minute")}` };
}

export function peopleThere(hours: Hours, at = new Date()): boolean {
  const { day, time } = localTime(at, hours.timezone);
  return hours.days.includes(day) && time >= hours.open && time < hours.close;
}

/** The day a message left now is answered: today, tomorrow, or the date of the next working day. */
export function replyDay(hours: Hours, at = new Date()): string {
  for (let ahead = 0; ahead < 8; ahead += 1) {
    const day = new Date(at.getTime() + ahead * 86_400_000);
    const local = localTime(day, hours.timezone);
    if (!hours.days.includes(local.day) || (ahead === 0 && local.time >= hours.open)) continue;
    if (ahead === 0) return say("today").toLowerCase();
    if (ahead === 1) return say("tomorrow");
    return day.toLocaleDateString(locale() === "en" ? "en-GB" : "zh-CN", { month: "short", day: "numeric" });
  }
  return say("tomorrow");
}
