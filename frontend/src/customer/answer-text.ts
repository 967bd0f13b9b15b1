/** <kefu-answer-text>: an answer's markdown with chips and caret; while it grows only its last block is drawn again. */
import { ReactiveElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { closeOpenMarks } from "../shared/marks";
import { placeChips } from "./citation-chips";
import type { Citation } from "./contract";
import { markQuoted } from "./evidence";
import { blocks, markdownReady, readsMarkdown } from "./markdown";

const NONE: readonly Citation[] = [];

@customElement("kefu-answer-text")
export class AnswerText extends ReactiveElement {
  @property({ attribute: false }) text = "";
  @property({ attribute: false }) citations: readonly Citation[] = NONE;
  /** The number of the citation whose source is open. */
  @property({ attribute: false }) openNumber: number | null = null;
  /** True for an answer made of quotations: its words are marked as evidence. */
  @property({ attribute: false }) quoted = false;
  @property({ type: Boolean, reflect: true }) growing = false;
  /** Labels of the chips follow the language. */
  @property({ attribute: false }) language = "";

  private shown: { raw: string; node: HTMLElement }[] = [];

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!readsMarkdown()) void markdownReady.then(() => this.drawAnew());
  }

  private drawAnew(): void {
    for (const { node } of this.shown.splice(0)) node.remove();
    this.requestUpdate();
  }

  protected override update(changed: Map<PropertyKey, unknown>): void {
    super.update(changed);
    const redraw = ["citations", "quoted", "language"].some((name) => changed.has(name));
    const focused = this.focusedChip();
    this.querySelector(".caret")?.remove();
    const next = blocks(this.growing ? closeOpenMarks(this.text) : this.text);
    for (const { node } of this.shown.splice(next.length)) node.remove();
    next.forEach(({ raw, render }, at) => {
      const old = this.shown[at];
      if (old?.raw === raw && !redraw) return;
      const node = document.createElement("div");
      node.className = "block";
      node.append(render());
      placeChips(node, this.citations);
      if (this.quoted)
        markQuoted(
          node,
          this.citations.map(({ quote }) => quote),
        );
      if (old) old.node.replaceWith(node);
      else this.append(node);
      this.shown[at] = { raw, node };
    });
    for (const chip of this.querySelectorAll<HTMLButtonElement>(".citation-chip"))
      chip.setAttribute("aria-expanded", String(Number(chip.dataset["number"]) === this.openNumber));
    if (focused !== null) this.chip(focused)?.focus();
    if (this.growing) this.placeCaret();
  }

  chip(number: string | number): HTMLButtonElement | null {
    return this.querySelector(`.citation-chip[data-number="${number}"]`);
  }

  private focusedChip(): string | null {
    const root = this.getRootNode();
    const active = root instanceof ShadowRoot || root instanceof Document ? root.activeElement : null;
    return active instanceof HTMLElement && this.contains(active) ? (active.dataset["number"] ?? null) : null;
  }

  private placeCaret(): void {
    const caret = document.createElement("span");
    caret.className = "caret";
    let place: Element = this.lastElementChild ?? this;
    for (let inner = place.lastElementChild; inner?.matches("p, ul, ol, li, blockquote, pre, code");)
      inner = (place = inner).lastElementChild;
    place.append(caret);
  }
}
