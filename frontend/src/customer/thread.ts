/** A conversation as one tab sees it: events and snapshots go in, an ordered list of items comes out. No DOM, no network. */
import type { Attachment } from "../shared/files/contract";
import type {
  Accepted,
  AnyEvent,
  Citation,
  Composer,
  Confirmation,
  Events,
  Feedback,
  Lifecycle,
  Outcome,
  Owner,
  Part,
  QueuePlace,
  ReadMarks,
  Snapshot,
  StoredMessage,
} from "./contract";

export interface Answer {
  state: "waiting" | "growing" | "ended";
  /** When this tab first heard of it, in milliseconds; decides when waiting has become long. */
  since: number;
  questionId: string | null;
  composer: Composer | null;
  citations: Citation[];
  outcome: Outcome | null;
  suggestions: string[];
  code: string | null;
  feedback: Feedback | null;
  confirmation: Confirmation | null;
}

interface Spoken {
  key: string;
  id: string | null;
  text: string;
  at: string | null;
}

export type CustomerItem = Spoken & { kind: "customer"; clientId: string | null; files: readonly Attachment[] };
export type BotItem = Spoken & { kind: "bot"; answer: Answer };
export type AgentItem = Spoken & { kind: "agent"; name: string | null; files: readonly Attachment[] };
export type SystemItem = Spoken & { kind: "system" };
/** A hand-over, at its place in the thread. `at` is known only when it happened before this tab's eyes. */
export type HandOverItem = Spoken & { kind: "handover"; owner: Owner; reason: string | null; name: string | null };
export type Item = CustomerItem | BotItem | AgentItem | SystemItem | HandOverItem;

/** A message of this tab, as the outbox had it. */
export interface Taken {
  text: string;
  clientId: string;
  at: string;
  files: readonly Attachment[];
}

const points = (text: string) => Array.from(text);

/** `offset` counts code points; 0 replaces everything, an offset inside the text rewrites what follows it. */
export function spliceDelta(text: string, offset: number, delta: string): string {
  if (offset === 0) return delta;
  const letters = points(text);
  return offset >= letters.length ? text + delta : letters.slice(0, offset).join("") + delta;
}

function newAnswer(questionId: string | null): Answer {
  return {
    state: "waiting",
    since: Date.now(),
    questionId,
    composer: null,
    citations: [],
    outcome: null,
    suggestions: [],
    code: null,
    feedback: null,
    confirmation: null,
  };
}

export class Thread {
  items: readonly Item[] = [];
  owner: Owner = "bot";
  lifecycle: Lifecycle = "open";
  agentName: string | null = null;
  /** Who helped last, also after the hand-back. */
  lastAgent: string | null = null;
  place: QueuePlace | null = null;
  /** The parts the customer is asked to judge; none: not asked. */
  surveyParts: readonly Part[] = [];
  /** How far each side has read the other. */
  read: ReadMarks = {};
  seq = 0;

  /** The answer that is being written now, or the first that waits to be. */
  get running(): BotItem | null {
    const open = this.items.filter((item): item is BotItem => item.kind === "bot" && item.answer.state !== "ended");
    return open.find((item) => item.answer.state === "growing") ?? open[0] ?? null;
  }

  find(id: string | null): Item | null {
    return id === null ? null : (this.items.find((item) => item.id === id) ?? null);
  }

  /** A thread as the server stored it. */
  static from(snapshot: Snapshot): Thread {
    const thread = new Thread();
    for (const message of snapshot.messages) thread.addMessage(message);
    thread.owner = snapshot.owner;
    thread.lifecycle = snapshot.lifecycle;
    thread.seq = snapshot.seq;
    thread.read = snapshot.read ?? {};
    const running = snapshot.running_answer;
    if (running) {
      const item = thread.openAnswer(running.answer_id, null);
      thread.replace({
        ...item,
        text: running.text,
        answer: { ...item.answer, state: running.text ? "growing" : "waiting" },
      });
    }
    return thread;
  }

  /** Takes over what only the snapshot knows (votes, the lifecycle) after the events were replayed. */
  complete(snapshot: Snapshot): void {
    this.lifecycle = snapshot.lifecycle;
    this.owner = snapshot.owner;
    for (const message of snapshot.messages) {
      const item = this.find(message.message_id);
      if (!item) this.addMessage(message);
      else if (item.kind === "bot") {
        const { state } = item.answer;
        this.replace({
          ...item,
          text: state === "ended" ? message.text : item.text,
          at: message.created_at,
          answer: {
            ...item.answer,
            feedback: message.feedback ?? null,
            confirmation: message.confirmation ?? item.answer.confirmation,
          },
        });
      }
    }
  }

  apply({ name, data }: AnyEvent, live: boolean): void {
    switch (name) {
      case "message.created":
        return this.addMessage(data);
      case "message.read":
        this.read = { ...this.read, [data.by]: data.message_id };
        return;
      case "answer.started":
        return this.startAnswer(data);
      case "answer.citations":
        return this.changeAnswer(data.answer_id, { citations: data.citations });
      case "answer.delta":
        return this.growAnswer(data);
      case "answer.completed":
        this.endAnswer(data.answer_id, data.text, {
          outcome: data.outcome,
          citations: data.citations,
          suggestions: data.suggestions,
        });
        return this.confirm(data.answer_id, data.confirmation);
      case "answer.failed":
        return this.endAnswer(data.answer_id, data.text, { outcome: "failed", code: data.code });
      case "owner.changed":
        return this.changeOwner(data, live);
      case "queue.updated":
        this.place = data;
        return;
      case "survey.requested":
        this.surveyParts = data.parts ?? [this.lastAgent === null ? "bot" : "agent"];
        return;
      case "agent.typing":
        return;
    }
  }

  /** The server took a message of this tab: it enters the thread even before its event arrives. */
  accept({ text, clientId, at, files }: Taken, accepted: Accepted): void {
    this.addMessage({
      message_id: accepted.message_id,
      role: "customer",
      text,
      attachments: [...files],
      client_id: clientId,
      created_at: at,
    });
    if (accepted.answer_id) this.openAnswer(accepted.answer_id, accepted.message_id);
  }

  vote(id: string, feedback: Feedback | null): void {
    this.changeAnswer(id, { feedback });
  }

  /** Opens a place for an answer behind its question (or at the end); an open one stays as it is. */
  openAnswer(id: string, questionId: string | null): BotItem {
    const known = this.find(id);
    if (known?.kind === "bot") return known;
    const item: BotItem = { kind: "bot", key: id, id, text: "", at: null, answer: newAnswer(questionId) };
    // an answer asked for again takes the place of the one before it
    this.items = this.items.filter(
      (other) => other.kind !== "bot" || questionId === null || other.answer.questionId !== questionId,
    );
    this.items = [...this.items, item];
    return item;
  }

  private addMessage(message: Events["message.created"] | StoredMessage): void {
    const { message_id: id, role, text, client_id: clientId = null, created_at: at } = message;
    const stored = "outcome" in message ? message : null;
    const known = this.items.find(
      (item) => item.id === id || (item.kind === "customer" && clientId !== null && item.clientId === clientId),
    );
    const files = message.attachments ?? [];
    const spoken = { key: known?.key ?? clientId ?? id, id, text, at };
    if (role === "bot") return this.addBotMessage(spoken, stored);
    const item: Item =
      role === "customer"
        ? { ...spoken, kind: "customer", clientId, files }
        : role === "agent"
          ? { ...spoken, kind: "agent", name: this.agentName, files }
          : { ...spoken, kind: "system" };
    if (known) this.replace(item);
    else this.items = [...this.items, item];
    if (role === "customer" && this.lifecycle === "closed") this.lifecycle = "open";
  }

  private addBotMessage(spoken: Spoken, stored: StoredMessage | null): void {
    const known = this.find(spoken.id);
    if (known?.kind === "bot") {
      this.replace({ ...known, at: spoken.at });
      return;
    }
    const answer: Answer = {
      ...newAnswer(null),
      state: "ended",
      outcome: stored?.outcome ?? null,
      citations: stored?.citations ?? [],
      feedback: stored?.feedback ?? null,
      confirmation: stored?.confirmation ?? null,
    };
    this.items = [...this.items, { ...spoken, kind: "bot", answer }];
  }

  private startAnswer(started: Events["answer.started"]): void {
    const item = this.openAnswer(started.answer_id, started.question_id);
    if (item.answer.state === "ended") return;
    this.replace({
      ...item,
      answer: { ...item.answer, composer: started.composer, questionId: started.question_id, since: Date.now() },
    });
  }

  private growAnswer(delta: Events["answer.delta"]): void {
    const item = this.openAnswer(delta.answer_id, null);
    if (item.answer.state === "ended") return;
    this.replace({
      ...item,
      text: spliceDelta(item.text, delta.offset, delta.text),
      answer: { ...item.answer, state: "growing" },
    });
  }

  private endAnswer(id: string, text: string, change: Partial<Answer>): void {
    const item = this.openAnswer(id, null);
    this.replace({
      ...item,
      text,
      at: item.at ?? new Date().toISOString(),
      answer: { ...item.answer, ...change, state: "ended" },
    });
  }

  private changeAnswer(id: string, change: Partial<Answer>): void {
    const item = this.find(id);
    if (item?.kind === "bot") this.replace({ ...item, answer: { ...item.answer, ...change } });
  }

  /** A new card closes the one before; what became of a card is told with the answer to its click. */
  private confirm(id: string, told: Confirmation | undefined): void {
    if (!told) return;
    if (told.fields) {
      for (const item of this.items)
        if (item.kind === "bot" && item.answer.confirmation?.state === "pending")
          this.decided(item.answer.confirmation.confirmation_id, "expired");
      this.changeAnswer(id, { confirmation: told });
    } else this.decided(told.confirmation_id, told.state);
  }

  /** What became of a card; the reply to a click may come after the news of what the click led to. */
  decided(confirmationId: string, state: Confirmation["state"]): void {
    for (const item of this.items) {
      const card = item.kind === "bot" ? item.answer.confirmation : null;
      if (state === "accepted" && card?.state !== "pending") continue;
      if (item.id !== null && card?.confirmation_id === confirmationId)
        this.changeAnswer(item.id, { confirmation: { ...card, state } });
    }
  }

  private changeOwner(change: Events["owner.changed"], live: boolean): void {
    const [before, wasWith] = [this.owner, this.agentName];
    this.owner = change.owner;
    this.lastAgent = change.agent?.name ?? this.agentName ?? this.lastAgent;
    this.agentName = change.owner === "agent" ? (change.agent?.name ?? this.agentName) : null;
    if (change.owner !== "queue") this.place = null;
    if (change.owner === before && this.agentName === wasWith) return;
    if (change.owner === "bot" && before !== "agent") return;
    const item: HandOverItem = {
      kind: "handover",
      key: `handover-${this.items.length}-${change.owner}`,
      id: null,
      text: "",
      at: live ? new Date().toISOString() : null,
      owner: change.owner,
      reason: change.reason ?? null,
      name: change.agent?.name ?? (before === "agent" ? this.lastAgent : null),
    };
    this.items = [...this.items, item];
  }

  private replace(item: Item): void {
    this.items = this.items.map((other) => (other.key === item.key ? item : other));
  }
}
