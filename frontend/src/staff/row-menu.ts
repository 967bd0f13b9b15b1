/** A button with three dots and the menu behind it: arrows move, letters jump, Esc closes, focus returns. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { Ellipsis } from "lucide";
import { PartElement } from "../shared/element";
import { icon } from "../shared/icons";

export interface MenuItem {
  words: string;
  danger?: boolean;
  act: () => void;
}

export class RowMenu extends PartElement {
  @property({ attribute: false }) label = "";
  @property({ attribute: false }) items: MenuItem[] = [];
  @state() private open = false;
  private readonly outside = (event: Event) => {
    if (!this.contains(event.target as Node)) this.close(false);
  };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("pointerdown", this.outside);
  }

  private async show(): Promise<void> {
    if (this.open) {
      this.close(true);
      return;
    }
    this.open = true;
    document.addEventListener("pointerdown", this.outside);
    await this.updateComplete;
    this.place();
    this.choices[0]?.focus();
  }

  /** Under the button, or above it where there is no room; fixed, so that no scrolling box cuts it off. */
  private place(): void {
    const menu = this.querySelector<HTMLElement>(".menu");
    const at = this.getBoundingClientRect();
    if (!menu) return;
    const below = at.bottom + 4 + menu.offsetHeight <= innerHeight;
    menu.style.top = `${below ? at.bottom + 4 : Math.max(4, at.top - 4 - menu.offsetHeight)}px`;
    menu.style.left = `${Math.max(4, at.right - menu.offsetWidth)}px`;
  }

  private close(back: boolean): void {
    this.open = false;
    document.removeEventListener("pointerdown", this.outside);
    if (back) this.querySelector<HTMLButtonElement>(".row-menu-button")?.focus();
  }

  private get choices(): HTMLButtonElement[] {
    return [...this.querySelectorAll<HTMLButtonElement>("[role=menuitem]")];
  }

  private keys(event: KeyboardEvent): void {
    const choices = this.choices;
    const at = choices.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") this.close(event.key === "Escape");
    else if (to !== undefined) choices.at(to % choices.length)?.focus();
    else if (event.key.length === 1) choices.find((one) => one.innerText.trim().startsWith(event.key))?.focus();
    if (event.key === "Escape" || to !== undefined) event.preventDefault();
  }

  private choose(item: MenuItem): void {
    this.close(true);
    item.act();
  }

  override render(): TemplateResult {
    return html`
      <button
        class="button ghost icon-only small row-menu-button"
        aria-label=${this.label}
        aria-haspopup="menu"
        aria-expanded=${this.open}
        @click=${() => void this.show()}
      >
        ${icon(Ellipsis)}
      </button>
      ${
        this.open
          ? html`<div class="menu" role="menu" aria-label=${this.label} @keydown=${(e: KeyboardEvent) => this.keys(e)}>
              ${this.items.map(
                (item) =>
                  html`<button
                    role="menuitem"
                    tabindex="-1"
                    class=${item.danger ? "danger-text" : ""}
                    @click=${() => this.choose(item)}
                  >
                    ${item.words}
                  </button>`,
              )}
            </div>`
          : nothing
      }
    `;
  }
}

customElements.define("row-menu", RowMenu);

declare global {
  interface HTMLElementTagNameMap {
    "row-menu": RowMenu;
  }
}
