/** What the chunk routes answer, and how the pieces of the document page speak of a chunk. */
import { html, type TemplateResult } from "lit";
import chunks from "../../../texts/chunks.json";
import { sentences } from "../../shared/i18n";
import { diff } from "../../shared/diff";

export const say = sentences(chunks);

export interface Chunk {
  chunk_id: string;
  document_id: string;
  position: number;
  heading_path: string[];
  page: number | null;
  text: string;
  kind: string;
  revision: number;
  by_hand: boolean;
  original_text: string | null;
  edited_at: string | null;
  edited_by: string | null;
  disabled_at: string | null;
  disabled_by: string | null;
  answers: number;
}

/** What somebody else saved meanwhile, as the 409 tells it. */
export interface Theirs {
  revision: number;
  text: string;
  edited_by: string | null;
  edited_at: string | null;
}

export interface Use {
  answer_id: string;
  conversation_id: string;
  question: string;
  outcome: string | null;
  quote: string;
  chunk_id: string | null;
  at: string;
}

/** How many code points a text has, which is how the server counts. */
export function lettersIn(text: string): number {
  return Array.from(text).length;
}

/** What a form's field says. */
export function saidIn(form: EventTarget | null, name: string): string {
  const field = form instanceof HTMLFormElement ? form.elements.namedItem(name) : null;
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value.trim() : "";
}

/** Two texts as one, with what went and what came marked. */
export function changes(before: string, after: string): TemplateResult {
  return html`<span class="words"
    >${diff(before, after).map((piece) =>
      piece.kind === "gone"
        ? html`<del>${piece.text}</del>`
        : piece.kind === "new"
          ? html`<ins>${piece.text}</ins>`
          : piece.text,
    )}</span
  >`;
}
