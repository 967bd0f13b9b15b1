/** A short list above the box that opens while a word is typed: arrows move, Enter or Tab takes, Esc closes. */
import { html, nothing, type TemplateResult } from "lit";
import { ask } from "../../shared/api";

export interface Choice {
  id: string;
  mark: string;
  title: string;
  text: string;
}

const SHOWN = 8;

export class Choices {
  items: Choice[] = [];
  active = 0;
  open = false;
  private turn = 0;
  private colleagues: Choice[] | null = null;

  constructor(private readonly changed: () => void) {}

  get chosen(): Choice | null {
    return this.open ? (this.items[this.active] ?? null) : null;
  }

  close(): void {
    this.turn += 1;
    if (!this.open) return;
    this.open = false;
    this.items = [];
    this.changed();
  }

  /** Canned replies for what was typed; an answer that comes too late is dropped. */
  async showCanned(typed: string): Promise<void> {
    const turn = (this.turn += 1);
    interface Canned {
      canned_id: string;
      title: string;
      text: string;
      initials: string;
    }
    const path = `/api/v1/canned?limit=${SHOWN}&q=${encodeURIComponent(typed)}`;
    const found = await ask<{ items: Canned[] }>(path).catch(() => ({ items: [] }));
    if (turn !== this.turn) return;
    this.show(
      found.items.map((one) => ({ id: one.canned_id, mark: `/${one.initials}`, title: one.title, text: one.text })),
    );
  }

  async showColleagues(typed: string): Promise<void> {
    const turn = (this.turn += 1);
    if (!this.colleagues) {
      interface Colleague {
        staff_id: string;
        name: string;
      }
      const found = await ask<{ items: Colleague[] }>("/api/v1/desk/colleagues").catch(() => ({ items: [] }));
      this.colleagues = found.items.map((one) => ({ id: one.staff_id, mark: "@", title: one.name, text: "" }));
    }
    if (turn !== this.turn) return;
    const wanted = typed.toLowerCase();
    this.show(this.colleagues.filter((one) => one.title.toLowerCase().includes(wanted)).slice(0, SHOWN));
  }

  private show(items: Choice[]): void {
    this.items = items;
    this.active = 0;
    this.open = items.length > 0;
    this.changed();
  }

  /** Takes a key of the box; true when it was meant for the list. */
  key(event: KeyboardEvent, take: (choice: Choice) => void): boolean {
    if (!this.open || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.active = (this.active + step + this.items.length) % this.items.length;
      this.changed();
    } else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") {
      const chosen = this.chosen;
      this.close();
      if (chosen) take(chosen);
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  list(title: string, aside: TemplateResult | string, take: (choice: Choice) => void): TemplateResult | typeof nothing {
    if (!this.open) return nothing;
    return html`<div class="choices">
      <p class="row caption"><span>${title}</span><span class="push">${aside}</span></p>
      <ul role="listbox" id="choices" tabindex="0" aria-label=${title}>
        ${this.items.map(
          (one, at) =>
            html`<li
              role="option"
              id="choice-${at}"
              aria-selected=${String(at === this.active)}
              @pointerdown=${(event: Event) => event.preventDefault()}
              @click=${() => {
                this.close();
                take(one);
              }}
            >
              <span class="mono choice-mark">${one.mark}</span><b>${one.title}</b
              ><span class="ellipsis">${one.text}</span>
            </li>`,
        )}
      </ul>
    </div>`;
  }
}
