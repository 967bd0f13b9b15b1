/** Tabs over panels of one page: arrows move between them, the chosen one alone is in the tab order. */
import { html, type TemplateResult } from "lit";

export interface Tabs<K extends string> {
  /** What the ids of tabs and panels begin with. */
  id: string;
  /** What a screen reader calls them together. */
  label: string;
  all: readonly (readonly [key: K, words: unknown])[];
  chosen: K;
  /** Draws the page anew with another tab chosen. */
  choose: (key: K) => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

export function tabList<K extends string>({ id, label, all, chosen, choose }: Tabs<K>): TemplateResult {
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const list = event.currentTarget;
    const place = all.findIndex(([key]) => key === chosen);
    const next = step ? all[(place + step + all.length) % all.length] : undefined;
    if (!next || !(list instanceof HTMLElement)) return;
    event.preventDefault();
    choose(next[0]);
    list.querySelector<HTMLElement>(`#${id}-tab-${next[0]}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${move}>
    ${all.map(
      ([key, words]) =>
        html`<button
          type="button"
          role="tab"
          id="${id}-tab-${key}"
          aria-controls="${id}-panel-${key}"
          aria-selected=${String(key === chosen)}
          tabindex=${key === chosen ? 0 : -1}
          @click=${() => choose(key)}
        >
          ${words}
        </button>`,
    )}
  </div>`;
}

export function tabPanel<K extends string>({ id, chosen }: Tabs<K>, key: K, content: unknown): TemplateResult {
  return html`<div
    role="tabpanel"
    class="stack"
    id="${id}-panel-${key}"
    aria-labelledby="${id}-tab-${key}"
    ?hidden=${key !== chosen}
  >
    ${content}
  </div>`;
}
