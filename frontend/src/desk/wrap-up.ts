/** The one question before a conversation is ended or handed back: how it went, in a word and a line. */
import { html, render, type TemplateResult } from "lit";
import desk from "../../texts/desk.json";
import { part } from "../shared/dom";
import { say as sayShared, sentences } from "../shared/i18n";

const say = sentences(desk);
const OUTCOMES = ["resolved", "unresolved", "no_reply", "not_for_us"] as const;

type Answer = { outcome: string; note?: string } | { summary?: string };

function outcomes(): TemplateResult {
  return html`<fieldset class="wrap-up">
    <legend class="caption">${say("wrap_up_title")}</legend>
    ${OUTCOMES.map(
      (name, n) =>
        html`<label class="row"
          ><input type="radio" name="outcome" value=${name} ?checked=${n === 0} /> ${say(`wrap_up_${name}`)}</label
        >`,
    )}
  </fieldset>`;
}

function form(closing: boolean): TemplateResult {
  return html`<form method="dialog">
    <h2 id="wrap-up-title">${say(closing ? "close" : "hand_back_title")}</h2>
    ${closing ? outcomes() : html`<p>${say("hand_back_text")}</p>`}
    <div class="field">
      <label for="wrap-up-note">${say("wrap_up_note")}</label>
      <textarea class="input" id="wrap-up-note" name="note" maxlength="2000"></textarea>
    </div>
    <div class="actions">
      <button class="button" value="no" formnovalidate>${sayShared("cancel")}</button>
      <button class="button primary" value="yes">${say(closing ? "close" : "hand_back")}</button>
    </div>
  </form>`;
}

/** What the dialog was answered with; null when it was called off. Focus goes back to where it came from. */
export function askHow(closing: boolean, from: HTMLElement): Promise<Answer | null> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "wrap-up-title");
  render(form(closing), dialog);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const words = part(dialog, "textarea", HTMLTextAreaElement).value.trim();
      const outcome = closing ? part(dialog, "input:checked", HTMLInputElement).value : "";
      dialog.remove();
      from.focus();
      if (dialog.returnValue !== "yes") resolve(null);
      else if (closing) resolve({ outcome, ...(words ? { note: words } : {}) });
      else resolve(words ? { summary: words } : {});
    });
  });
}
