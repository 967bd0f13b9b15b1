/** Markdown for answers, fetched beside the page's first script; until it is there, or if it stays away, plain text. */
import type { Block } from "../shared/markdown";

let engine: typeof import("../shared/markdown") | null = null;

/** Settles once it is known whether there will be markdown. */
export const markdownReady: Promise<void> = import("../shared/markdown").then(
  (loaded) => {
    engine = loaded;
  },
  () => undefined,
);

/** Whether `blocks` reads markdown by now. */
export function readsMarkdown(): boolean {
  return engine !== null;
}

/** The blocks of a text; equal `raw` means equal DOM, so only changed blocks need rendering. */
export function blocks(text: string): Block[] {
  if (engine !== null) return engine.blocks(text);
  return text.split(/\n{2,}/).map((raw) => ({ raw, render: () => paragraph(raw) }));
}

function paragraph(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(document.createElement("p"));
  fragment.firstElementChild?.append(text);
  return fragment;
}
