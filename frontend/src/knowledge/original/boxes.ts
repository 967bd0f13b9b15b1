/** Where chunks stand on a page, and the frames that are drawn around them. */

export interface Box {
  page: number;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

export interface PlacedChunk {
  chunk_id: string;
  position: number;
  kind: string;
  heading: string;
  boxes: Box[];
}

export interface PageChunks {
  page: number;
  page_count: number;
  chunks: PlacedChunk[];
}

const COLUMN_GAP = 0.04;
const AIR = 0.006;

/** Whether a file of this kind has pages that can be drawn. */
export function hasPages(mediaType: string): boolean {
  return mediaType === "application/pdf" || mediaType.startsWith("image/");
}

/** PDF, XLSX, …: a file's kind as people call it. */
export function kindName(fileName: string): string {
  return /\.(\w{1,5})$/.exec(fileName)?.[1]?.toUpperCase() ?? "";
}

function around(one: Box, other: Box): Box {
  return {
    page: one.page,
    x0: Math.min(one.x0, other.x0),
    y0: Math.min(one.y0, other.y0),
    x1: Math.max(one.x1, other.x1),
    y1: Math.max(one.y1, other.y1),
  };
}

/** One frame around boxes that stand in the same column, with a little air; another for each other column. */
export function frames(boxes: readonly Box[]): Box[] {
  const columns: Box[] = [];
  for (const box of boxes) {
    const at = columns.findIndex((one) => box.x0 < one.x1 + COLUMN_GAP && box.x1 > one.x0 - COLUMN_GAP);
    const known = columns[at];
    if (known) columns[at] = around(known, box);
    else columns.push(box);
  }
  return columns.map((one) => ({
    page: one.page,
    x0: Math.max(0, one.x0 - 2 * AIR),
    y0: Math.max(0, one.y0 - AIR),
    x1: Math.min(1, one.x1 + 2 * AIR),
    y1: Math.min(1, one.y1 + AIR),
  }));
}

export interface Span {
  start: number;
  end: number;
  text: string;
}

/** What of a passage was not in the one before: passages of one section overlap a little. */
export function fresh(span: Span, before: Span | undefined): string {
  const repeated = before ? before.end - span.start : 0;
  return repeated > 0 && repeated < span.text.length ? span.text.slice(repeated) : span.text;
}

/** The rows of a table written with pipes, its header first; null for other text. */
export function tableOf(text: string): string[][] | null {
  const lines = text.split("\n");
  if (lines.length < 3 || !lines.every((line) => line.startsWith("| ") && line.endsWith(" |"))) return null;
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|"));
  return lines.filter((_, index) => index !== 1).map(cells);
}
