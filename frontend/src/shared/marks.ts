/** Marks of markdown handled as plain text: closed while a text grows, taken out of what is heard or copied. */

const count = (text: string, mark: string) => text.split(mark).length - 1;

/** A text that is still being written, with its open marks closed and a half citation left out. */
export function closeOpenMarks(text: string): string {
  const cut = text.replace(/\[\d{0,2}$/, "").replace(/\*+$/, (stars) => (stars.length > 2 ? "" : stars));
  const start = cut.lastIndexOf("\n\n") + 1;
  const last = cut.slice(start);
  if (count(cut, "```") % 2 === 1) return cut;
  if (count(last, "`") % 2 === 1) return `${cut}\``;
  if (count(last, "**") % 2 === 1) return last.endsWith("**") ? cut.slice(0, -2) : `${cut}**`;
  return cut;
}

/** What a person copies or hears: words without citation numbers and markdown marks. */
export function plainWords(text: string): string {
  return withoutMarks(text.replace(/\s?\[\d{1,2}\]/g, "")).trim();
}

/** The words of markdown without its marks; citation numbers stay. */
export function withoutMarks(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|__|~~|`+)/g, "")
    .replace(/^#{1,6}\s+/gm, "");
}
