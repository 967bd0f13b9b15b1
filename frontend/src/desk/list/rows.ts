/** Brings the rows of a list up to date: at once, or without moving any while somebody is about to press one. */

const keyOf = (row: Element) => row.getAttribute("data-conversation") ?? "";

/** How many fresh rows are new or stand elsewhere; a row that only went away does not count. */
export function moved(ours: Element | null, fresh: Element | null): number {
  const before = [...(ours?.children ?? [])].map(keyOf);
  const after = [...(fresh?.children ?? [])].map(keyOf);
  const kept = before.filter((key) => after.includes(key));
  const stays = after.filter((key) => kept.includes(key));
  const added = after.filter((key) => !kept.includes(key)).length;
  return added + stays.filter((key, place) => kept[place] !== key).length;
}

/** What a row says is renewed where it stands; rows that went away stay, dimmed, until the list is renewed whole. */
export function renewInPlace(ours: Element, fresh: Element | null): void {
  const known = new Map([...(fresh?.children ?? [])].map((row) => [keyOf(row), row]));
  for (const row of ours.children) {
    const theirs = known.get(keyOf(row));
    row.classList.toggle("gone", !theirs);
    const [link, freshLink] = [row.querySelector("a"), theirs?.querySelector("a")];
    if (!link || !freshLink || link.outerHTML === freshLink.outerHTML) continue;
    link.className = freshLink.className;
    link.replaceChildren(...[...freshLink.childNodes].map((node) => document.importNode(node, true)));
  }
}
