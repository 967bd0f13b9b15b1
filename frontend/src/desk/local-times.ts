/** Writes the times of a server-made page in the reader's own zone and manner; a wait is counted from its beginning. */
import { clock, dayAndTime } from "../shared/i18n";

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

function count(element: HTMLTimeElement): void {
  const at = new Date(element.dateTime);
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
    if (manner === "since" || manner === "until") count(element);
    else element.textContent = manner === "clock" ? clock(at) : dayAndTime(at);
  }
}

writeTimes(document);
if (document.querySelector('time[data-time="since"], kefu-desk'))
  setInterval(() => {
    for (const element of document.querySelectorAll<HTMLTimeElement>(
      'time[data-time="since"], time[data-time="until"]',
    ))
      count(element);
  }, COUNT_EVERY_MS);
