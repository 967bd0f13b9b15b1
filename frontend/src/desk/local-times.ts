/** Writes the times of a server-made page in the reader's own zone and manner; a wait is counted from its beginning. */
import levels from "../../texts/service_levels.json";
import { clock, dayAndTime, sentences } from "../shared/i18n";

const say = sentences(levels);

const COUNT_EVERY_MS = 1000;

/** 2:48 since a moment; 1:02:48 from an hour on. */
export function since(at: Date): string {
  const seconds = Math.max(0, Math.floor((Date.now() - at.getTime()) / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** The steps of a wait: late is no longer friendly. Colour is never alone: the time itself stands beside it. */
const WARN_S = 120;
const LATE_S = 240;

/** 4:10, from an hour on 3 h 20 min, from two days on 2 days. */
function length(seconds: number): string {
  const [days, hours, minutes] = [seconds / 86_400, seconds / 3_600, (seconds / 60) % 60].map(Math.floor);
  if (days && days > 1) return say("n_days", { n: days });
  if (hours) return say("n_hours", { h: hours, m: minutes ?? 0 });
  return `${minutes ?? 0}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** What is left until a moment, or how long it is over. */
function countDown(element: HTMLTimeElement, at: Date): void {
  const left = (at.getTime() - Date.now()) / 1000;
  element.textContent = say(left >= 0 ? "left" : "over", { time: length(Math.abs(left)) });
  element.title = say("due_at", { time: dayAndTime(at) });
  if (left < 0) element.closest(".sla-clock")?.classList.add("danger");
}

function count(element: HTMLTimeElement): void {
  const at = new Date(element.dateTime);
  if (element.dataset["time"] === "due") return countDown(element, at);
  if (element.dataset["time"] === "until") {
    element.textContent = since(new Date(Math.min(Date.now(), 2 * Date.now() - at.getTime())));
    return;
  }
  const waited = (Date.now() - at.getTime()) / 1000;
  element.classList.toggle("warn", waited >= WARN_S && waited < LATE_S);
  element.classList.toggle("late", waited >= LATE_S);
  element.textContent = since(at);
}

export function writeTimes(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[data-time]")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const manner = element.dataset["time"];
    if (manner === "since" || manner === "until" || manner === "due") count(element);
    else element.textContent = manner === "clock" ? clock(at) : dayAndTime(at);
  }
}

writeTimes(document);
if (document.querySelector('time[data-time="since"], kefu-desk'))
  setInterval(() => {
    for (const element of document.querySelectorAll<HTMLTimeElement>(
      'time[data-time="since"], time[data-time="until"], time[data-time="due"]',
    ))
      count(element);
  }, COUNT_EVERY_MS);
