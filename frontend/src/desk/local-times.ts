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

export function writeTimes(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[data-time]")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const manner = element.dataset["time"];
    element.textContent = manner === "clock" ? clock(at) : manner === "since" ? since(at) : dayAndTime(at);
  }
}

writeTimes(document);
if (document.querySelector('time[data-time="since"], kefu-desk'))
  setInterval(() => {
    for (const element of document.querySelectorAll<HTMLTimeElement>('time[data-time="since"]'))
      element.textContent = since(new Date(element.dateTime));
  }, COUNT_EVERY_MS);
