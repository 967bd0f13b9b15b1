/** The base of our elements: they render into the page itself, share its style sheet, and follow the language. */
import { LitElement } from "lit";
import { onLocale } from "./i18n";

/** An element without a shadow root: the pages are ours, so one style sheet serves them whole. */
export class PartElement extends LitElement {
  private unsubscribe: (() => void) | null = null;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.unsubscribe = onLocale(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unsubscribe?.();
  }

  /** Tells the elements around it; `detail` says what. */
  protected tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
