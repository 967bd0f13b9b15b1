/** Writes the times of a server-made page in the reader's own zone and manner. */
import { clock, dayAndTime } from "../shared/i18n";

for (const element of document.querySelectorAll<HTMLTimeElement>("time[data-time]")) {
  const at = new Date(element.dateTime);
  if (!Number.isNaN(at.getTime()))
    element.textContent = element.dataset["time"] === "clock" ? clock(at) : dayAndTime(at);
}
