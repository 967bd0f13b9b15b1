/** One customer's conversation with the server: creates it late, loads it, listens to it, and carries every request. */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { ask, Problem, type Ask } from "../shared/api";
import type { Attachment, FilePlace } from "../shared/files/contract";
import { locale } from "../shared/i18n";
import { LiveStream, type LiveEvent } from "../shared/live";
import { remember, rememberedJson } from "../shared/storage";
import type { Accepted, AnyEvent, Created, Feedback, Owner, Part, QueuePlace, Reason, Snapshot } from "./contract";
import { asKnown } from "./known-events";
import type { Left } from "./leave-card";
import { Outbox, type Outgoing } from "./outbox";
import type { Survey } from "./survey-card";
import { Thread } from "./thread";
import { takeVisitor, type VisitorClaim } from "./visitor";

const CONVERSATIONS = "/api/v1/conversations";
const REPLAY_PATIENCE_MS = 600;
const CAUGHT_UP_MS = 2000;
const TYPING_MS = 6000;
const TYPED_EVERY_MS = 3000;
const BACK = "#back=";

interface Ticket {
  id: string;
  token: string;
  /** Whose conversation it is, when the company vouched for them. */
  user?: string | undefined;
}

export type Connection = "idle" | "live" | "lost" | "back" | "caught_up";

function isTicket(value: unknown): value is Ticket {
  return typeof value === "object" && value !== null && "id" in value && "token" in value;
}

export class Session implements ReactiveController {
  thread = new Thread();
  readonly outbox: Outbox;
  connection: Connection = "idle";
  lostSince = 0;
  /** True until a remembered conversation is on screen. */
  loading = false;
  /** When loading failed: the time of the next attempt. */
  retryAt: number | null = null;
  typingUntil = 0;
  private typedAt = 0;
  onEvent: (event: AnyEvent, live: boolean) => void = () => undefined;

  private visitor: VisitorClaim | null = null;
  private ticket: Ticket | null = null;
  private stream: LiveStream | null = null;
  private creating: Promise<Ticket> | null = null;
  private readonly key: string;
  private readonly ended = new AbortController();

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly channel: string,
  ) {
    this.key = `kefu.conversation.${channel}`;
    this.outbox = new Outbox(
      `kefu.outbox.${channel}`,
      (message) => this.post(message),
      () => host.requestUpdate(),
    );
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener("storage", (event) => this.noticeOtherTab(event), { signal: this.ended.signal });
    const kept = rememberedJson(this.key);
    this.visitor = takeVisitor();
    // another customer on the same machine must not read on in the last one's conversation
    if (location.hash.startsWith(BACK)) void this.comeBack(location.hash.slice(BACK.length));
    else if (isTicket(kept) && (!this.visitor || kept.user === this.visitor.user_id)) void this.load(kept);
    else {
      if (this.visitor) remember(this.key, null);
      void this.outbox.work();
    }
  }

  hostDisconnected(): void {
    this.ended.abort();
    this.stream?.close();
  }

  get conversationId(): string | null {
    return this.ticket?.id ?? null;
  }

  say(text: string, files: readonly Attachment[] = []): void {
    this.outbox.add(text, files);
  }

  /** Where files of this conversation go and come from; the first one makes it. */
  readonly files = async (): Promise<FilePlace> => {
    const { id, token } = await this.open();
    return { path: `${CONVERSATIONS}/${id}/attachments`, token };
  };

  async stop(answerId: string): Promise<void> {
    try {
      await this.request(`/answers/${answerId}/stop`, {});
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== "answer_ended") throw problem;
    }
  }

  async regenerate(answerId: string, questionId: string | null): Promise<void> {
    const next = await this.request<{ answer_id: string }>(`/answers/${answerId}/regenerate`, {});
    this.thread.openAnswer(next.answer_id, questionId);
    this.host.requestUpdate();
  }

  /** Stores a vote; what was there before comes back when it could not be stored. */
  async vote(messageId: string, feedback: Feedback, before: Feedback | null): Promise<void> {
    this.thread.vote(messageId, feedback);
    this.host.requestUpdate();
    try {
      const body: { rating: string; reasons?: Reason[]; comment?: string } = { rating: feedback.rating };
      if (feedback.reasons?.length) body.reasons = feedback.reasons;
      if (feedback.comment) body.comment = feedback.comment;
      await ask(`/api/v1/messages/${messageId}/feedback`, { method: "POST", body, token: this.ticket?.token });
    } catch (problem) {
      this.thread.vote(messageId, before);
      this.host.requestUpdate();
      throw problem;
    }
  }

  /** The click on a card; one that was decided elsewhere meanwhile comes back as it stands. */
  async decide(confirmationId: string, accept: boolean): Promise<void> {
    try {
      await this.request(`/confirmations/${confirmationId}`, { accept });
      this.thread.decided(confirmationId, accept ? "accepted" : "cancelled");
    } catch (problem) {
      if (problem instanceof Problem && problem.code === "confirmation_expired")
        this.thread.decided(confirmationId, "expired");
      throw problem;
    } finally {
      this.host.requestUpdate();
    }
  }

  async askForPerson(reason: string | null): Promise<void> {
    await this.open();
    const place = await this.request<QueuePlace & { owner: Owner }>("/handoff", reason ? { reason } : {});
    this.thread.apply({ name: "owner.changed", data: { owner: place.owner, reason: "customer" } }, true);
    if (place.owner === "queue") this.thread.place = place;
    this.host.requestUpdate();
  }

  /** The customer does not want to wait any more: the assistant goes on. */
  async stopWaiting(): Promise<void> {
    await this.request("/stop-waiting", {});
  }

  /** One verdict for each part; what concerns the whole goes with the first. */
  async answerSurvey({ scores, ...whole }: Survey): Promise<void> {
    const given = Object.entries(scores) as [Part, number][];
    for (const [at, [part, score]] of given.entries())
      await this.request("/survey", { part, score, ...(at === 0 ? whole : {}) });
  }

  /** What became of the survey of this conversation, over reloads. */
  get surveyDone(): "sent" | "skipped" | null {
    const kept = rememberedJson(this.surveyKey);
    return kept === "sent" || kept === "skipped" ? kept : null;
  }

  set surveyDone(done: "sent" | "skipped" | null) {
    remember(this.surveyKey, done && JSON.stringify(done));
    this.host.requestUpdate();
  }

  private get surveyKey(): string {
    return `kefu.survey.${this.ticket?.id ?? ""}`;
  }

  /** Leaves a message for whoever comes next; the link leads back here from any device. */
  async leaveMessage(left: Left): Promise<{ promisedBy: string | null; link: string }> {
    await this.open();
    const body = { contact: left.contact, text: left.text, ...(left.name ? { name: left.name } : {}) };
    const taken = await this.request<{ promised_by: string | null; return_code: string }>("/left-message", body);
    return { promisedBy: taken.promised_by, link: `${location.origin}/${BACK}${taken.return_code}` };
  }

  /** The customer types while a person serves them: told every few seconds at most, never what. */
  type(): void {
    if (this.thread.owner !== "agent" || Date.now() - this.typedAt < TYPED_EVERY_MS) return;
    this.typedAt = Date.now();
    void this.request("/typing", {}).catch(() => undefined);
  }

  /** The company's own id of a customer it vouched for. */
  get customer(): string | null {
    return this.visitor?.user_id ?? this.ticket?.user ?? null;
  }

  /** A request about what is remembered of this customer; there is a conversation from here on. */
  memory = async <T>(path: string, how: Ask): Promise<T> => {
    const { id, token } = await this.open();
    return ask<T>(`${CONVERSATIONS}/${id}/memory${path}`, { ...how, token });
  };

  retryNow(): void {
    this.stream?.retryNow();
  }

  request<T>(path: string, body: unknown): Promise<T> {
    if (!this.ticket) throw new Problem(0, "network", "");
    return ask<T>(`${CONVERSATIONS}/${this.ticket.id}${path}`, { method: "POST", body, token: this.ticket.token });
  }

  /** The conversation, made on the first thing said. */
  private open(): Promise<Ticket> {
    if (this.ticket) return Promise.resolve(this.ticket);
    this.creating ??= this.create().finally(() => (this.creating = null));
    return this.creating;
  }

  private async create(): Promise<Ticket> {
    const made = await ask<Created>(CONVERSATIONS, {
      method: "POST",
      body: { channel: this.channel, locale: locale(), ...(this.visitor ? { visitor: this.visitor } : {}) },
    });
    this.ticket = { id: made.conversation_id, token: made.token, user: this.visitor?.user_id };
    this.visitor = null;
    remember(this.key, JSON.stringify(this.ticket));
    this.thread.owner = made.owner;
    this.listen(null, (event) => this.take(event, true));
    return this.ticket;
  }

  private async post(message: Outgoing): Promise<void> {
    const { clientId, text, files } = message;
    const body = { client_id: clientId, text, attachments: files.map((file) => file.attachment_id) };
    await this.open();
    let accepted: Accepted;
    try {
      accepted = await this.request<Accepted>("/messages", body);
    } catch (problem) {
      const over = problem instanceof Problem && problem.code === "conversation_over";
      if (!over && !(problem instanceof Problem && [401, 404].includes(problem.status))) throw problem;
      this.forget();
      await this.open();
      accepted = await this.request<Accepted>("/messages", body);
    }
    this.thread.accept(message, accepted);
    this.host.requestUpdate();
  }

  /** The conversation no longer exists for us: what was said stays on screen, a new one is made when needed. */
  private forget(): void {
    this.stream?.close();
    this.stream = null;
    this.ticket = null;
    this.connection = "idle";
    this.thread = new Thread();
    remember(this.key, null);
    this.host.requestUpdate();
  }

  /** Somebody opened the link of a message they left: on to that conversation, with a token of this browser's own. */
  private async comeBack(code: string): Promise<void> {
    history.replaceState(null, "", location.pathname + location.search);
    let ticket = rememberedJson(this.key);
    try {
      const body = { code };
      const found = await ask<{ conversation_id: string; token: string }>("/api/v1/conversation-returns", {
        method: "POST",
        body,
      });
      ticket = { id: found.conversation_id, token: found.token };
      remember(this.key, JSON.stringify(ticket));
    } catch {
      // over, or no network: what this browser knows already is shown
    }
    if (isTicket(ticket)) void this.load(ticket);
    else void this.outbox.work();
  }

  private noticeOtherTab(event: StorageEvent): void {
    if (event.key !== this.key || this.ticket) return;
    const kept = rememberedJson(this.key);
    if (isTicket(kept)) void this.load(kept);
  }

  /** Snapshot first, then all events from the start: they know what a snapshot leaves out (hand-overs, composers). */
  private async load(ticket: Ticket): Promise<void> {
    this.ticket = ticket;
    this.loading = true;
    this.retryAt = null;
    this.host.requestUpdate();
    let snapshot: Snapshot;
    try {
      snapshot = await ask<Snapshot>(`${CONVERSATIONS}/${ticket.id}`, { token: ticket.token });
    } catch (problem) {
      this.loading = false;
      if (problem instanceof Problem && [401, 403, 404].includes(problem.status)) this.forget();
      else this.loadLater(ticket, problem);
      return;
    }
    this.replay(snapshot);
  }

  private loadLater(ticket: Ticket, problem: unknown): void {
    const waitS = (problem instanceof Problem && problem.retryAfterS) || 5;
    this.retryAt = Date.now() + waitS * 1000;
    setTimeout(() => this.ended.signal.aborted || void this.load(ticket), waitS * 1000);
    this.host.requestUpdate();
  }

  private replay(snapshot: Snapshot): void {
    const past = new Thread();
    let replaying = true;
    const show = (thread: Thread) => {
      this.thread = thread;
      this.loading = false;
      void this.outbox.work();
      this.host.requestUpdate();
    };
    const impatient = setTimeout(() => show(Thread.from(snapshot)), REPLAY_PATIENCE_MS);
    const finish = () => {
      replaying = false;
      clearTimeout(impatient);
      past.complete(snapshot);
      show(past);
    };
    this.listen("0", (event) => {
      if (!replaying) return this.take(event, true);
      const known = asKnown(event);
      if (known) past.apply(known, false);
      if (event.id !== null) past.seq = Number(event.id);
      if (past.seq >= snapshot.seq) finish();
    });
    if (snapshot.seq === 0) finish();
  }

  private listen(lastEventId: string | null, onEvent: (event: LiveEvent) => void): void {
    if (!this.ticket) return;
    this.stream?.close();
    let opened = false;
    this.stream = new LiveStream(`${CONVERSATIONS}/${this.ticket.id}/events`, {
      token: this.ticket.token,
      lastEventId,
      onEvent,
      onOpen: () => {
        this.connect(opened);
        opened = true;
      },
      onLost: () => {
        this.lostSince = Date.now();
        this.connection = "lost";
        this.host.requestUpdate();
      },
      onRefused: (problem) => [401, 404].includes(problem.status) && this.forget(),
    });
  }

  private connect(again: boolean): void {
    const wasLong = this.connection === "lost" && Date.now() - this.lostSince > CAUGHT_UP_MS;
    this.connection = again && wasLong ? "back" : "live";
    this.host.requestUpdate();
    this.outbox.retryAfterOutage();
    if (this.connection !== "back") return;
    const step = (from: Connection, to: Connection, then?: () => void) => () => {
      if (this.connection !== from) return;
      this.connection = to;
      this.host.requestUpdate();
      then?.();
    };
    const calm = step("caught_up", "live");
    setTimeout(
      step("back", "caught_up", () => setTimeout(calm, CAUGHT_UP_MS)),
      700,
    );
  }

  private take(event: LiveEvent, live: boolean): void {
    const known = asKnown(event);
    if (!known) return;
    if (event.id !== null) {
      const id = Number(event.id);
      if (id <= this.thread.seq) return;
      this.thread.seq = id;
    }
    this.thread.apply(known, live);
    if (known.name === "agent.typing") this.typingUntil = Date.now() + TYPING_MS;
    if (known.name === "message.created" && known.data.role === "agent") this.typingUntil = 0;
    if (known.name === "survey.requested") this.surveyDone = null;
    this.onEvent(known, live);
    this.host.requestUpdate();
  }
}
