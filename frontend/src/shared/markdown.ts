/** Markdown of answers as safe DOM: no raw HTML, no images, links that leave politely; block by block, for streaming. */
import DOMPurify from "dompurify";
import { Marked, type TokenizerAndRendererExtension } from "marked";

const ALLOWED_TAGS = [..."p br hr strong em del code pre blockquote ul ol li a table thead tbody tr th td".split(" ")];
const ALLOWED_ATTR = ["href", "title", "start", "align", "target", "rel"];

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string) => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);

/** `**重点。**后文`: CommonMark's flanking rules read no bold there, since no space follows the full stop; people do. */
const boldBesideHan: TokenizerAndRendererExtension = {
  name: "boldBesideHan",
  level: "inline",
  start: (src) => src.indexOf("**"),
  tokenizer(src) {
    const found = /^\*\*(?=[^\s*])([^*\n]*[^\s*])\*\*(?!\*)/.exec(src);
    if (!found) return undefined;
    return { type: "strong", raw: found[0], text: found[1] ?? "", tokens: this.lexer.inlineTokens(found[1] ?? "") };
  },
};

const marked = new Marked({
  extensions: [boldBesideHan],
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }) => escaped(text),
    image: ({ text }) => escaped(text),
    heading({ tokens }) {
      return `<p><strong>${this.parser.parseInline(tokens)}</strong></p>`;
    },
    checkbox: () => "",
    link({ href, tokens }) {
      const words = this.parser.parseInline(tokens);
      if (!/^(https?:|mailto:|tel:)/i.test(href)) return words;
      return `<a href="${escaped(href)}" target="_blank" rel="noopener noreferrer nofollow">${words}</a>`;
    },
  },
});

export interface Block {
  raw: string;
  render: () => DocumentFragment;
}

function plain(text: string): DocumentFragment {
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  const fragment = document.createDocumentFragment();
  fragment.append(paragraph);
  return fragment;
}

/** The blocks of a text; equal `raw` means equal DOM, so only changed blocks need rendering. */
export function blocks(text: string): Block[] {
  if (!DOMPurify.isSupported) return [{ raw: text, render: () => plain(text) }];
  return marked
    .lexer(text)
    .filter((token) => token.type !== "space" && token.type !== "def")
    .map((token) => ({
      raw: token.raw,
      render: () =>
        DOMPurify.sanitize(marked.parser([token]), {
          ALLOWED_TAGS,
          ALLOWED_ATTR,
          ALLOW_DATA_ATTR: false,
          ALLOW_ARIA_ATTR: false,
          RETURN_DOM_FRAGMENT: true,
        }),
    }));
}
