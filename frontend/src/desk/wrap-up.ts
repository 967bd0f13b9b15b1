/** The one question before a conversation is ended or handed back: how it went, what about, and a line, drafted already. */
import { html, nothing, render, type TemplateResult } from "lit";
import desk from "../../texts/desk.json";
import { ask } from "../shared/api";
import { part } from "../shared/dom";
import { say as sayShared, sentences } from "../shared/i18n";

const say = sentences(desk);
const OUTCOMES = ["resolved", "unresolved", "no_reply", "not_for_us"] as const;

type Answer = { outcome: string; category?: string; note?: string } | { summary?: string };

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

function choice(categories: string[]): TemplateResult {
  return html`<div class="field wrap-up">
    <label for="wrap-up-category">${say("wrap_up_category")}</label>
    <select class="input" id="wrap-up-category" name="category">
      <option value="">${say("wrap_up_no_category")}</option>
      ${categories.map((one) => html`<option value=${one}>${one}</option>`)}
    </select>
  </div>`;
}

function form(closing: boolean, categories: string[], draft: string): TemplateResult {
  return html`<form method="dialog">
    <h2 id="wrap-up-title">${say(closing ? "close" : "hand_back_title")}</h2>
    ${closing ? outcomes() : html`<p>${say("hand_back_text")}</p>`}
    ${closing && categories.length ? choice(categories) : nothing}
    <div class="field">
      <label for="wrap-up-note">${say("wrap_up_note")}</label>
      <textarea class="input" id="wrap-up-note" name="note" maxlength="2000" rows="4" .value=${draft}></textarea>
      ${draft ? html`<span class="help">${say("wrap_up_draft")}</span>` : nothing}
    </div>
    <div class="actions">
      <button type="button" class="button" value="no" @click=${cancel}>${sayShared("cancel")}</button>
      <button class="button primary" value="yes">${say(closing ? "close" : "hand_back")}</button>
    </div>
  </form>`;
}

function cancel(event: Event): void {
  (event.target as Element).closest("dialog")?.close("no");
}

async function categoriesOf(): Promise<string[]> {
  const rules = await ask<{ categories: string[] }>("/api/v1/service-rules").catch(() => ({ categories: [] }));
  return rules.categories;
}

/** What the dialog was answered with; null when it was called off. Focus goes back to where it came from. */
export function askHow(closing: boolean, from: HTMLElement, draft: string): Promise<Answer | null> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "wrap-up-title");
  const draw = (categories: string[]) => render(form(closing, categories, draft), dialog);
  draw([]);
  if (closing) void categoriesOf().then(draw);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const words = part(dialog, "textarea", HTMLTextAreaElement).value.trim();
      const outcome = closing ? part(dialog, "input:checked", HTMLInputElement).value : "";
      const category = dialog.querySelector("select")?.value ?? "";
      dialog.remove();
      from.focus();
      if (dialog.returnValue !== "yes") resolve(null);
      else if (closing) resolve({ outcome, ...(category ? { category } : {}), ...(words ? { note: words } : {}) });
      else resolve(words ? { summary: words } : {});
    });
  });
}
