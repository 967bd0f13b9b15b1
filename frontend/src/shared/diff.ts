/** What changed between two texts: Han characters one by one, other words whole. */

export interface Piece {
  kind: "same" | "gone" | "new";
  text: string;
}

const TOKENS = /[a-zA-Z0-9]+|\s+|[\s\S]/gu;
/** Beyond so many comparisons the middle is shown as replaced whole. */
const MOST = 1_500_000;

/** The pieces in order; joined without the new ones they are `before`, without the gone ones `after`. */
export function diff(before: string, after: string): Piece[] {
  const a = before.match(TOKENS) ?? [];
  const b = after.match(TOKENS) ?? [];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const pieces: Piece[] = [];
  add(pieces, "same", a.slice(0, head));
  middle(pieces, a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  add(pieces, "same", a.slice(a.length - tail));
  return pieces;
}

function add(pieces: Piece[], kind: Piece["kind"], tokens: string[]): void {
  if (tokens.length === 0) return;
  const last = pieces.at(-1);
  if (last?.kind === kind) last.text += tokens.join("");
  else pieces.push({ kind, text: tokens.join("") });
}

function middle(pieces: Piece[], a: string[], b: string[]): void {
  if (a.length * b.length > MOST || a.length === 0 || b.length === 0) {
    add(pieces, "gone", a);
    add(pieces, "new", b);
    return;
  }
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const skip = Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
      common[i * width + j] = a[i] === b[j] ? (common[(i + 1) * width + j + 1] ?? 0) + 1 : skip;
    }
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      add(pieces, "same", [a[i] ?? ""]);
      i++;
      j++;
    } else if ((common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
      add(pieces, "gone", [a[i++] ?? ""]);
    else add(pieces, "new", [b[j++] ?? ""]);
  }
  add(pieces, "gone", a.slice(i));
  add(pieces, "new", b.slice(j));
}
