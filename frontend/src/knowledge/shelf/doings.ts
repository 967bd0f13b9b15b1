/** What can be done with documents from the list and from a document's own page; each asks first where it must. */
import { html, render } from "lit";
import documents from "../../../texts/documents.json";
import { ask, Problem } from "../../shared/api";
import { say as sayShared, sentences } from "../../shared/i18n";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import type { DocumentItem, Impact } from "../types";

const say = sentences(documents);

interface BulkItem {
  document_id: string;
  done: boolean;
  error: { code: string; message: string } | null;
}

export type BulkWish = {
  action: string;
  add_tags?: string[];
  remove_tags?: string[];
  owner?: string;
  base_id?: string;
};

/** Does one thing to some documents and says what became of it; true when all of it was done. */
export async function bulk(items: readonly DocumentItem[], wish: BulkWish): Promise<boolean> {
  const document_ids = items.map((item) => item.document_id);
  try {
    const result = await ask<{ items: BulkItem[] }>("/api/v1/documents/bulk", {
      method: "POST",
      body: { ...wish, document_ids },
      timeoutMs: 120_000,
    });
    const failed = result.items.filter((item) => !item.done);
    const done = result.items.length - failed.length;
    if (done) toast(say("bulk_done", { n: done }));
    const why = [...new Set(failed.map((item) => item.error?.message ?? ""))].join(" ");
    if (failed.length) toast(say("bulk_failed", { n: failed.length, why }), "alert");
    return failed.length === 0;
  } catch (error) {
    toast(error instanceof Problem ? error.detail : sayShared("network"), "alert");
    return false;
  }
}

/** Deletes after telling what it touches: answers, FAQs, regression questions. True when they are gone. */
export async function deleteAsked(place: HTMLElement, items: readonly DocumentItem[]): Promise<boolean> {
  const impacts = await Promise.all(items.map((item) => ask<Impact>(`/api/v1/documents/${item.document_id}/deletion`)));
  const sum = (of: (impact: Impact) => number | null) => impacts.reduce((all, one) => all + (of(one) ?? 0), 0);
  const n = sum((one) => one.chunks);
  const faqs = sum((one) => one.faqs);
  const questions = sum((one) => one.regression_questions);
  const text = [
    say("delete_text", { n, recent: sum((one) => one.recent_answers), answers: sum((one) => one.answers) }),
    faqs ? say("delete_faqs", { n: faqs }) : "",
    questions ? say("delete_questions", { n: questions }) : "",
  ];
  const only = items.length === 1 ? items[0] : undefined;
  const sure = await confirmIn(place, {
    title: only ? say("delete_title", { title: only.title }) : say("delete_many_title", { n: items.length }),
    text: text.filter(Boolean).join(" "),
    action: only ? say("delete_do", { n }) : say("delete_many_do", { n: items.length }),
  });
  if (!sure) return false;
  if (!only) return bulk(items, { action: "delete" });
  await ask(`/api/v1/documents/${only.document_id}`, { method: "DELETE" });
  toast(say("deleted", { title: only.title }));
  return true;
}

interface Question {
  name: string;
  label: string;
  value?: string;
}

/** Asks for a few words in a dialog; null when the person thought better of it. */
function wordsIn(place: HTMLElement, title: string, questions: Question[]): Promise<Map<string, string> | null> {
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

/** Adds and takes away tags. */
export async function tagsAsked(place: HTMLElement, items: readonly DocumentItem[]): Promise<boolean> {
  const said = await wordsIn(place, say("tags_title", { n: items.length }), [
    { name: "add", label: say("tags_add") },
    { name: "remove", label: say("tags_remove") },
  ]);
  if (!said) return false;
  return bulk(items, { action: "tags", add_tags: split(said.get("add")), remove_tags: split(said.get("remove")) });
}

/** Names another owner. */
export async function ownerAsked(place: HTMLElement, items: readonly DocumentItem[]): Promise<boolean> {
  const value = items.length === 1 ? (items[0]?.owner ?? "") : "";
  const said = await wordsIn(place, say("owner_title", { n: items.length }), [
    { name: "owner", label: say("owner"), value },
  ]);
  return said ? bulk(items, { action: "owner", owner: said.get("owner") ?? "" }) : false;
}

/** Asks for another base; who may read the documents is that base's to say from then on. */
export async function moveAsked(place: HTMLElement, items: readonly DocumentItem[]): Promise<boolean> {
  const { bases } = await ask<{ bases: { base_id: string; name: string }[] }>("/api/v1/documents/facts");
  const here = new Set(items.map((item) => item.base_id));
  const others = bases.filter((base) => here.size > 1 || !here.has(base.base_id));
  const title = say("move_title", { n: items.length });
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", title);
  render(
    html`<form method="dialog" class="stack">
      <h2>${title}</h2>
      <p class="muted">${say("move_text")}</p>
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
      resolve(dialog.returnValue === "yes" && base_id ? bulk(items, { action: "move", base_id }) : false);
    });
  });
}
