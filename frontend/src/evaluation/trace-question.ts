/** On a trace: test the customer's question, or keep it as a regression question. */
import { html, type TemplateResult } from "lit";
import { BookmarkPlus, ScanSearch } from "lucide";
import hitTest from "../../texts/hit_test.json";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { SaveQuestion } from "./dialogs";
import type { Expected } from "./types";

const say = sentences(hitTest);

export class TraceQuestion extends PartElement {
  /** What the answer cites: passages the question should go on finding. */
  private get expected(): Expected[] {
    return JSON.parse(this.dataset["expected"] ?? "[]") as Expected[];
  }

  override render(): TemplateResult {
    const question = this.dataset["question"] ?? "";
    return html`<span class="row hit-actions">
        <a class="button" href="/admin/hit-test?q=${encodeURIComponent(question)}"
          >${icon(ScanSearch)} ${say("title")}</a
        >
        <button
          class="button"
          @click=${() => void part(this, "save-question", SaveQuestion).open(question, this.expected, "trace")}
        >
          ${icon(BookmarkPlus)} ${say("save")}
        </button>
      </span>
      <save-question></save-question>`;
  }
}

customElements.define("trace-question", TraceQuestion);

declare global {
  interface HTMLElementTagNameMap {
    "trace-question": TraceQuestion;
  }
}
