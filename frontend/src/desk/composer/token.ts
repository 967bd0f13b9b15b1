/** The word before the caret that opens a menu: /tk for a canned reply, @lin for a colleague. */

export interface Token {
  typed: string;
  from: number;
  to: number;
}

/** The word that begins with `mark` and ends at the caret; null when there is none. */
export function tokenAt(text: string, caret: number, mark: "/" | "@"): Token | null {
  const before = text.slice(0, caret);
  const from = before.lastIndexOf(mark);
  if (from < 0) return null;
  const typed = before.slice(from + 1);
  const free = from === 0 || (mark === "@" ? true : /\s/.test(before[from - 1] ?? ""));
  return free && !/\s/.test(typed) && typed.length <= 40 ? { typed, from, to: caret } : null;
}

/** Text and caret after a word was replaced. */
export function replaced(text: string, token: Token, by: string): { text: string; caret: number } {
  return { text: text.slice(0, token.from) + by + text.slice(token.to), caret: token.from + by.length };
}

const OPEN_VARIABLE = /\{\{[^{}]+\}\}/;

/** Where a variable stands that was not filled; null when none is left. */
export function openVariable(text: string): { from: number; to: number } | null {
  const found = OPEN_VARIABLE.exec(text);
  return found ? { from: found.index, to: found.index + found[0].length } : null;
}
