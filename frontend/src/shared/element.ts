/** The base of our elements: they render into their parent's tree, share its styles, and follow the language. */
import { LitElement, type CSSResultGroup } from "lit";
import { onLocale } from "./i18n";

/** An element that re-renders when the reader switches the language. */
export class SpeakingElement extends LitElement {
  private unsubscribe: (() => void) | null = null;

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
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/** A part of a larger element: no shadow root of its own, so the whole shares one style sheet. */
export class PartElement extends SpeakingElement {
  static override styles: CSSResultGroup = [];

  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}
