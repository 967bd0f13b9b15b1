/** Asks until when a conversation is put aside. */
import { html, render } from "lit";
import desk from "../../texts/desk.json";
import { part } from "../shared/dom";
import { say as sayShared, sentences } from "../shared/i18n";

const say = sentences(desk);
const HOUR_MINUTES = 60;
const MORNING_HOUR = 9;

/** Minutes until nine o'clock of the day after today, where the reader is. */
export function untilMorning(now: Date): number {
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING_HOUR);
  return Math.ceil((morning.getTime() - now.getTime()) / 60_000);
}

/** For how many minutes; null when it was called off. Focus goes back to where it came from. */
export function askUntil(from: HTMLElement): Promise<{ minutes: number } | null> {
  const choices = [
    ["snooze_hour", HOUR_MINUTES],
    ["snooze_hours", 4 * HOUR_MINUTES],
    ["snooze_morning", untilMorning(new Date())],
    ["snooze_days", 3 * 24 * HOUR_MINUTES],
  ] as const;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "snooze-title");
  render(
    html`<form method="dialog">
      <h2 id="snooze-title">${say("snooze")}</h2>
      <fieldset class="wrap-up">
        <legend class="caption">${say("snooze_title")}</legend>
        ${choices.map(
          ([name, minutes], n) =>
            html`<label class="row"
              ><input type="radio" name="minutes" value=${minutes} ?checked=${n === 0} /> ${say(name)}</label
            >`,
        )}
      </fieldset>
      <div class="actions">
        <button type="button" class="button" @click=${() => dialog.close("no")}>${sayShared("cancel")}</button>
        <button class="button primary" value="yes">${say("snooze")}</button>
      </div>
    </form>`,
    dialog,
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const minutes = Number(part(dialog, "input:checked", HTMLInputElement).value);
      dialog.remove();
      from.focus();
      resolve(dialog.returnValue === "yes" ? { minutes } : null);
    });
  });
}
