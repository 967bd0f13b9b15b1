/** What can be done with documents from the list and from a document's own page; each asks first where it must. */
import documents from "../../../texts/documents.json";
import { ask } from "../../shared/api";
import { sentences } from "../../shared/i18n";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import type { Settings } from "../original/parse-form";
import type { DocumentItem, Impact } from "../types";
import { baseIn, bulkTo, tagsIn, wordsIn } from "./asking";
import { rereadingIn } from "./rereading";

const say = sentences(documents);

export type BulkWish = {
  action: string;
  add_tags?: string[];
  remove_tags?: string[];
  owner?: string;
  base_id?: string;
  settings?: Settings;
  as_draft?: boolean;
};

/** Does one thing to some documents and says what became of it; true when all of it was done. */
export function bulk(items: readonly DocumentItem[], wish: BulkWish): Promise<boolean> {
  return bulkTo("/api/v1/documents/bulk", { ...wish, document_ids: items.map((item) => item.document_id) });
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

/** Adds and takes away tags. */
export async function tagsAsked(place: HTMLElement, items: readonly DocumentItem[]): Promise<boolean> {
  const tags = await tagsIn(place, say("tags_title", { n: items.length }));
  return tags ? bulk(items, { action: "tags", ...tags }) : false;
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
  const question = { title: say("move_title", { n: items.length }), text: say("move_text") };
  const base_id = await baseIn(place, question, bases, new Set(items.map((item) => item.base_id)));
  return base_id ? bulk(items, { action: "move", base_id }) : false;
}

/** Parses again after asking how: as drafts to compare, or in the place of what search has. */
export async function reparseAsked(place: HTMLElement, items: readonly DocumentItem[]): Promise<boolean> {
  const how = await rereadingIn(place, items);
  if (!how) return false;
  const done = await bulk(items, { action: "reparse", ...how });
  if (done && how.as_draft) toast(say("reparse_drafts"));
  return done;
}
