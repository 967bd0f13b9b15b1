/** The bot's answer while it is being written, at the end of the transcript, as the customer sees it grow. */
import desk from "../../texts/desk.json";
import { sentences } from "../shared/i18n";
import type { LiveEvent } from "../shared/live";

const say = sentences(desk);

interface About {
  answer_id?: string;
  offset?: number;
  text?: string;
}

export class RunningAnswer {
  private id: string | null = null;
  private text = "";
  private readonly ended = new Set<string>();

  constructor(private readonly transcript: () => Element | null) {}

  /** Takes an event; true when the text on the screen grew. */
  take(event: LiveEvent): boolean {
    const about = event.data as About;
    if (event.name === "answer.completed" || event.name === "answer.failed") {
      if (about.answer_id) this.ended.add(about.answer_id);
      if (about.answer_id === this.id) this.id = null;
      return false;
    }
    if (event.name !== "answer.delta" || !about.answer_id || this.ended.has(about.answer_id)) return false;
    if (about.answer_id !== this.id) this.text = "";
    this.id = about.answer_id;
    this.text =
      Array.from(this.text)
        .slice(0, about.offset ?? 0)
        .join("") + (about.text ?? "");
    this.show();
    return true;
  }

  /** Puts the line where it belongs, or takes it away when the stored message has come. */
  show(): void {
    const list = this.transcript();
    const line = list?.querySelector(".running") ?? null;
    if (this.id === null || list?.querySelector(`#m-${CSS.escape(this.id)}`)) {
      line?.remove();
      return;
    }
    const shown = line ?? this.line(list);
    const words = shown?.querySelector(".transcript-text");
    if (words) words.textContent = this.text;
  }

  private line(list: Element | null): Element | null {
    if (!list) return null;
    const item = document.createElement("li");
    item.className = "rail bot running";
    const mark = document.createElement("span");
    mark.className = "avatar ai";
    mark.textContent = "AI";
    mark.ariaHidden = "true";
    const body = document.createElement("div");
    body.className = "transcript-body";
    const state = document.createElement("div");
    state.className = "caption";
    state.textContent = say("typing_bot");
    const words = document.createElement("div");
    words.className = "transcript-text";
    body.append(state, words);
    item.append(mark, body);
    list.append(item);
    return item;
  }
}
