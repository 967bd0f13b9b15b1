/** Turns `[1]` in rendered text into citation chips, glued to the words they belong to. */
import type { Citation } from "./contract";
import { say } from "./texts";

const CHIPS = /(\S{0,2}?)\s?((?:\[\d{1,2}\]\s?)+)(?<!\s)([，。；：！？、,.;:!?）)」』”]*)/gu;

export function chipLabel(citation: Citation): string {
  const values = { n: citation.number, title: citation.title };
  return citation.page ? say("source_label_page", { ...values, page: citation.page }) : say("source_label", values);
}

function chip(citation: Citation): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "citation-chip";
  button.dataset["number"] = String(citation.number);
  button.textContent = String(citation.number);
  button.setAttribute("aria-label", chipLabel(citation));
  button.setAttribute("aria-expanded", "false");
  return button;
}

/** The text with its known numbers as chips; a number no citation has is left out. */
function withChips(text: string, citations: readonly Citation[]): Node[] {
  const nodes: Node[] = [];
  let end = 0;
  for (const match of text.matchAll(CHIPS)) {
    const [whole, lead = "", numbers = "", tail = ""] = match;
    const chips = [...numbers.matchAll(/\d+/g)]
      .map(([number]) => citations.find((citation) => citation.number === Number(number)))
      .filter((citation) => citation !== undefined)
      .map(chip);
    nodes.push(new Text(text.slice(end, match.index)));
    if (chips.length === 0) nodes.push(new Text(lead + tail));
    else {
      const glued = document.createElement("span");
      glued.className = "glued";
      glued.append(lead || "\u2060", ...chips, tail);
      nodes.push(glued);
    }
    end = match.index + whole.length;
  }
  nodes.push(new Text(text.slice(end)));
  return nodes;
}

export function placeChips(root: Node, citations: readonly Citation[]): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (/\[\d{1,2}\]/.test(node.nodeValue ?? "") && !node.parentElement?.closest("code, pre")) found.push(node as Text);
  }
  for (const text of found) text.replaceWith(...withChips(text.data, citations));
}
