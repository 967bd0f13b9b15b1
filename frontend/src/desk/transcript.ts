/** Brings a transcript up to date line by line: what did not change stays, with whatever is being written in it. */

/** A line as the server made it: without what its elements show, how times are written, and what was folded out. */
function asMade(line: Element): string {
  const copy = line.cloneNode(true) as Element;
  for (const part of copy.querySelectorAll("correct-answer, time")) part.replaceChildren();
  for (const open of copy.querySelectorAll("details[open]")) open.removeAttribute("open");
  return copy.outerHTML;
}

/** Puts the fresh lines in place of the old ones; gives those that are new or other than before. */
export function renew(ours: Element, fresh: Element): Element[] {
  const known = new Map([...ours.children].map((line) => [line.id, line]));
  const added: Element[] = [];
  let next = ours.firstElementChild;
  for (const line of fresh.children) {
    const old = known.get(line.id);
    const same = old !== undefined && asMade(old) === asMade(line);
    if (same && old === next) {
      next = next.nextElementSibling;
      continue;
    }
    const placed = same ? old : document.importNode(line, true);
    ours.insertBefore(placed, next);
    if (!same) added.push(placed);
    if (old && !same) {
      if (old === next) next = old.nextElementSibling;
      old.remove();
    }
  }
  while (next) {
    const after: Element | null = next.nextElementSibling;
    next.remove();
    next = after;
  }
  return added;
}
