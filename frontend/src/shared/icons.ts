/** Draws a lucide icon, imported by name at the place of use, inside a Lit template. */
import { html, type TemplateResult } from "lit";
import { unsafeSVG } from "lit/directives/unsafe-svg.js";
import type { IconNode } from "lucide";

const drawn = new WeakMap<IconNode, string>();

function draw(node: IconNode): string {
  let text = drawn.get(node);
  if (text === undefined) {
    text = node
      .map(([tag, values]) => {
        const attributes = Object.entries(values).map(([name, value]) => `${name}="${String(value)}"`);
        return `<${tag} ${attributes.join(" ")}/>`;
      })
      .join("");
    drawn.set(node, text);
  }
  return text;
}

export function icon(node: IconNode, size: 14 | 16 | 20 = 16): TemplateResult {
  const classes = size === 16 ? "icon" : `icon icon-${size}`;
  return html`<svg class=${classes} viewBox="0 0 24 24" aria-hidden="true">${unsafeSVG(draw(node))}</svg>`;
}
