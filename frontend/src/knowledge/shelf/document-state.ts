/** A document's state as a badge: what search does with it now, and what will happen to it soon. */
import { html, type TemplateResult } from "lit";
import { CalendarClock } from "lucide";
import documents from "../../../texts/documents.json";
import { sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { BUSY, type DocumentItem, type DocumentStatus } from "../types";

const say = sentences(documents);
const TONES: Record<DocumentStatus, string> = {
  queued: "",
  parsing: "accent",
  embedding: "accent",
  ready: "ok",
  failed: "danger",
};
const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** Whole days until a document is no longer valid; null when that is far away or never. */
export function daysLeft(item: DocumentItem, now = Date.now()): number | null {
  if (!item.valid_until) return null;
  const days = Math.ceil((new Date(item.valid_until).getTime() - now) / DAY_MS);
  return days <= SOON_DAYS ? days : null;
}

export function stateBadge(item: DocumentItem): TemplateResult {
  const busy = BUSY.includes(item.status);
  const left = daysLeft(item);
  const dot = html`<span class="dot"></span>`;
  if (item.status === "ready" && item.disabled_at)
    return html`<span class="badge">${dot}${say("state_disabled")}</span>`;
  if (item.status === "ready" && left !== null)
    return html`<span class="badge ${left > 0 ? "warn" : "danger"}">
      ${icon(CalendarClock, 14)}${left > 0 ? say("state_soon", { n: left }) : say("state_over")}
    </span>`;
  if (item.status === "ready" && item.review_due_at)
    return html`<span class="badge warn">${dot}${say("state_review")}</span>`;
  return html`<span class="badge ${TONES[item.status]}">
    <span class=${busy && item.status !== "queued" ? "spinner" : "dot"}></span>${say(`state_${item.status}`)}
  </span>`;
}

/** v3, v3.1 after an edit, v1 → v2 while a new one is read in. */
export function versionOf(item: DocumentItem): string {
  const served = `v${item.version || 1}${item.edits ? `.${item.edits}` : ""}`;
  return BUSY.includes(item.status) && item.version > 0 ? `${served} → v${item.version + 1}` : served;
}

/** 2026-11-30 in the reader's zone. */
export function day(iso: string): string {
  const at = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
