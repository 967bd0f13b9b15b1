/** What a screen reader hears: whole sentences of a growing answer and hand-overs, once each, in a hidden polite region. */
import { plainWords } from "../shared/marks";
import type { AnyEvent } from "./contract";
import { say } from "./texts";
import type { Thread } from "./thread";

const SENTENCE_END = /[。！？.!?\n](?=\s|$|[^\d])/gu;

export class Announcer {
  readonly region = document.createElement("div");
  private answerId = "";
  private said = 0;

  constructor() {
    this.region.className = "visually-hidden";
    this.region.setAttribute("aria-live", "polite");
    this.region.setAttribute("role", "status");
  }

  say(words: string): void {
    const text = plainWords(words);
    if (text === "") return;
    const line = document.createElement("p");
    line.textContent = text;
    this.region.append(line);
    while (this.region.childElementCount > 12) this.region.firstElementChild?.remove();
  }

  /** Says what an event brought, of an answer its next whole sentences; a hand-over only as it happens. */
  hear({ name, data }: AnyEvent, thread: Thread, live: boolean): void {
    if (name === "owner.changed" && live) {
      const person = data.agent?.name ?? say("agent_fallback");
      if (data.owner === "agent") this.say(say("owner_agent", { name: person }));
      if (data.owner === "queue") this.say(say("to_person_done"));
      if (data.owner === "bot") this.say(say("handed_back", { name: thread.lastAgent ?? person }));
    }
    if (name === "message.created" && data.role !== "customer") this.say(data.text);
    if (name === "answer.delta" || name === "answer.completed" || name === "answer.failed") {
      const item = thread.find(data.answer_id);
      if (item) this.follow(data.answer_id, item.text, name !== "answer.delta");
    }
  }

  /** Says what is complete of a growing answer and was not said before; all of it once the answer has ended. */
  follow(answerId: string, text: string, ended: boolean): void {
    if (answerId !== this.answerId || text.length < this.said) {
      this.answerId = answerId;
      this.said = 0;
    }
    const rest = text.slice(this.said);
    let end = ended ? rest.length : 0;
    if (!ended)
      for (const match of rest.matchAll(SENTENCE_END)) if (match.index + 1 < rest.length) end = match.index + 1;
    if (end === 0) return;
    this.said += end;
    this.say(rest.slice(0, end));
  }
}
