/** Small questions before a bulk action: a few words, tags, another base; and the action itself. */
import { html, render } from "lit";
import documents from "../../../texts/documents.json";
import { ask } from "../../shared/api";
import { say as sayShared, sentences } from "../../shared/i18n";
import { complain } from "../../staff/told";
import { toast } from "../../staff/toast";

const say = sentences(documents);

interface BulkItem {
  done: boolean;
  error: { code: string; message: string } | null;
}

/** Posts one action on many things and says what became of each; true when all of it was done. */
export async function bulkTo(path: string, body: Record<string, unknown>): Promise<boolean> {
  try {
    const result = await ask<{ items: BulkItem[] }>(path, { method: "POST", body, timeoutMs: 120_000 });
    const failed = result.items.filter((item) => !item.done);
    const done = result.items.length - failed.length;
    if (done) toast(say("bulk_done", { n: done }));
    const why = [...new Set(failed.map((item) => item.error?.message ?? ""))].join(" ");
    if (failed.length) toast(say("bulk_failed", { n: failed.length, why }), "alert");
    return failed.length === 0;
  } catch (error) {
    complain(error);
    return false;
  }
}

interface Question {
  name: string;
  label: string;
  value?: string;
}

/** Asks for a few words in a dialog; null when the person thought better of it. */
export function wordsIn(place: HTMLElement, title: string, questions: Question[]): Promise<Map<string, string> | null> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", title);
  render(
    html`<form method="dialog" class="stack">
      <h2>${title}</h2>
      ${questions.map(
        ({ name, label, value }) =>
          html`<div class="field">
            <label for="ask-${name}">${label}</label>
            <input class="input" id="ask-${name}" name=${name} .value=${value ?? ""} maxlength="400" />
          </div>`,
      )}
      <div class="actions">
        <button class="button" value="no" formnovalidate>${sayShared("cancel")}</button>
        <button class="button primary" value="yes">${say("save")}</button>
      </div>
    </form>`,
    dialog,
  );
  place.append(dialog);
  dialog.showModal();
  dialog.querySelector("input")?.focus();
  dialog.addEventListener("keydown", (event) => {
    // Enter in a field means the last button, not the first.
    if (event.key !== "Enter" || event.isComposing || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    dialog.close("yes");
  });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const fields = [...dialog.querySelectorAll("input")];
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? new Map(fields.map((field) => [field.name, field.value.trim()])) : null);
    });
  });
}

const split = (said: string | undefined) =>
  (said ?? "")
    .split(/[,，、]/)
    .map((tag) => tag.trim())
    .filter(Boolean);

/** Tags to add and to take away; null when the person thought better of it. */
export async function tagsIn(
  place: HTMLElement,
  title: string,
): Promise<{ add_tags: string[]; remove_tags: string[] } | null> {
  const said = await wordsIn(place, title, [
    { name: "add", label: say("tags_add") },
    { name: "remove", label: say("tags_remove") },
  ]);
  return said && { add_tags: split(said.get("add")), remove_tags: split(said.get("remove")) };
}

interface BaseName {
  base_id: string;
  name: string;
}

/** Another base than the one all of it is in; null when the person thought better of it. */
export function baseIn(
  place: HTMLElement,
  question: { title: string; text: string },
  bases: readonly BaseName[],
  here: ReadonlySet<string>,
): Promise<string | null> {
  const others = bases.filter((base) => here.size > 1 || !here.has(base.base_id));
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", question.title);
  render(
    html`<form method="dialog" class="stack">
      <h2>${question.title}</h2>
      <p class="muted">${question.text}</p>
      <div class="field">
        <label for="move-to">${say("move_to")}</label>
        <select class="input" id="move-to">
          ${others.map((base) => html`<option value=${base.base_id}>${base.name}</option>`)}
        </select>
      </div>
      <div class="actions">
        <button class="button" value="no">${sayShared("cancel")}</button>
        <button class="button primary" value="yes" ?disabled=${!others.length}>${say("move_do")}</button>
      </div>
    </form>`,
    dialog,
  );
  place.append(dialog);
  dialog.showModal();
  const chosen = dialog.querySelector("select");
  chosen?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const base_id = chosen?.value;
      dialog.remove();
      resolve(dialog.returnValue === "yes" && base_id ? base_id : null);
    });
  });
}
