/** Which sentences of a quoted passage an answer rests on, and which words of an answer are quoted: the yellow mark. */

const SENTENCE = /[^。！？!?；;：\n]*(?:[。！？!?；;：\n]+[”」』）)]*|\.(?=\s|$)|$)/gu;
/** A sentence counts when it shares at least this part of the best sentence's share, and this much at all. */
const BESIDE_BEST = 0.5;
const AT_ALL = 0.05;

/** A text cut into sentences, nothing lost: joined they are the text again. */
export function sentencesOf(text: string): string[] {
  return (text.match(SENTENCE) ?? [text]).filter((part) => part !== "");
}

const bare = (text: string) => text.replace(/[\s\p{P}\p{S}]+/gu, "").toLowerCase();

function pairs(text: string): Set<string> {
  const letters = Array.from(bare(text));
  return new Set(letters.slice(0, -1).map((letter, at) => letter + (letters[at + 1] ?? "")));
}

export interface Piece {
  text: string;
  marked: boolean;
}

/** The quote's sentences; marked are those the answer took most of its words from (all of them when none stands out). */
export function markQuote(quote: string, answer: string): Piece[] {
  const parts = sentencesOf(quote);
  const said = pairs(answer);
  const overlaps = parts.map((part) => {
    const own = [...pairs(part)];
    return own.length === 0 ? 0 : own.filter((pair) => said.has(pair)).length / own.length;
  });
  const best = Math.max(0, ...overlaps);
  const pieces = parts.map((text, at) => ({
    text,
    marked: (overlaps[at] ?? 0) >= Math.max(BESIDE_BEST * best, AT_ALL),
  }));
  return pieces.some((piece) => piece.marked) ? pieces : parts.map((text) => ({ text, marked: true }));
}

/** Wraps those sentences of rendered text that stand word for word in one of the quotes. */
export function markQuoted(root: Element, quotes: readonly string[]): void {
  const sources = quotes.map(bare);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement?.closest("button, code, pre")) found.push(node as Text);
  }
  for (const node of found) {
    node.replaceWith(
      ...sentencesOf(node.data).map((part) => {
        const words = bare(part);
        if (words.length < 2 || !sources.some((source) => source.includes(words))) return new Text(part);
        return marked(part);
      }),
    );
  }
  // the two letters glued to a chip are too short to be found, but belong to the sentence before them
  for (const glued of root.querySelectorAll(".glued")) {
    const lead = glued.firstChild;
    if (lead instanceof Text && glued.previousSibling?.nodeName === "MARK") lead.replaceWith(marked(lead.data));
  }
}

function marked(text: string): HTMLElement {
  const mark = document.createElement("mark");
  mark.textContent = text;
  return mark;
}
