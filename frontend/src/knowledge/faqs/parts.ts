/** What the FAQ pages share: validity in words, a markdown preview, the state of an empty or failed list. */
import { html, nothing, type TemplateResult } from "lit";
import faqs from "../../../texts/faqs.json";
import { sentences } from "../../shared/i18n";
import { blocks } from "../../shared/markdown";

export const say = sentences(faqs);

const day = (iso: string) => {
  const at = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
};

/** 长期, 2026-11-01 起, 至 2026-11-30; with the tone of its badge when it is not in force. */
export function validity(from: string | null, until: string | null, now = Date.now()): { words: string; tone: string } {
  const tone =
    until && Date.parse(until) <= now
      ? "danger"
      : from && Date.parse(from) > now
        ? "info"
        : until && Date.parse(until) - now < 14 * 86_400_000
          ? "warn"
          : "";
  if (from && until) return { words: say("between", { from: day(from), until: day(until) }), tone };
  if (from) return { words: say("from", { day: day(from) }), tone };
  if (until) return { words: say("until", { day: day(until) }), tone };
  return { words: say("always"), tone };
}

/** An answer as customers see it: the same renderer, the same sanitiser. */
export function preview(answer: string): TemplateResult {
  return html`<div class="markdown-preview">${blocks(answer).map((block) => block.render())}</div>`;
}

/** An empty or failed list: what happened, what to do. */
export function state(
  mark: TemplateResult,
  title: string,
  next: string,
  action: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`
    <div class="state">
      <span class="state-mark">${mark}</span>
      <h2>${title}</h2>
      ${next ? html`<p>${next}</p>` : nothing}
      <div class="actions">${action}</div>
    </div>
  `;
}

/** A column's head that explains its number to the pointer and to the keyboard. */
export function defined(words: string, definition: string): TemplateResult {
  return html`<button type="button" class="definition" data-tooltip=${definition}>${words}</button>`;
}
