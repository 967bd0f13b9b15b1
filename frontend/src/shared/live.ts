/** The only reader of server-sent events: fetch with a bearer token, resuming by Last-Event-ID, with jittered back-off. */
import { problemOf, type Problem } from "./api";

const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 15_000;

export interface LiveEvent {
  id: string | null;
  name: string;
  data: unknown;
}

export interface LiveOptions {
  token?: string | undefined;
  lastEventId?: string | null;
  onEvent: (event: LiveEvent) => void;
  onOpen?: () => void;
  /** Called once when the stream is lost; another attempt is always under way. */
  onLost?: () => void;
  /** The server refused for good (401, 403, 404, 410, 422): no further attempt is made. */
  onRefused?: (problem: Problem) => void;
}

/** Cuts a text stream into events; lines may end in LF, CRLF or CR and arrive in any pieces. */
export class EventParser {
  private rest = "";
  private name = "";
  private data: string[] = [];
  private id: string | null = null;
  retryMs: number | null = null;

  push(chunk: string): LiveEvent[] {
    this.rest += chunk;
    const events: LiveEvent[] = [];
    const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        const event = this.finish();
        if (event) events.push(event);
      } else if (!line.startsWith(":")) this.take(line);
    }
    return events;
  }

  private take(line: string): void {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
    if (field === "event") this.name = value;
    else if (field === "data") this.data.push(value);
    else if (field === "id") this.id = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.retryMs = Number(value);
  }

  private finish(): LiveEvent | null {
    const { name, data, id } = this;
    this.name = "";
    this.data = [];
    this.id = null;
    if (data.length === 0) return null;
    const text = data.join("\n");
    try {
      return { id, name: name || "message", data: JSON.parse(text) };
    } catch {
      return { id, name: name || "message", data: text };
    }
  }
}

/** One stream that stays: open it, and it reconnects until closed. */
export class LiveStream {
  private readonly closed = new AbortController();
  private attempt: AbortController | null = null;
  private failures = 0;
  private lost = false;
  private wake: (() => void) | null = null;
  lastEventId: string | null;

  constructor(
    private readonly path: string,
    private readonly options: LiveOptions,
  ) {
    this.lastEventId = options.lastEventId ?? null;
    const again = () => this.retryNow();
    addEventListener("online", again, { signal: this.closed.signal });
    // what was open may hang for a while without a word
    addEventListener("offline", () => this.attempt?.abort(), { signal: this.closed.signal });
    document.addEventListener("visibilitychange", () => document.hidden || again(), { signal: this.closed.signal });
    void this.run();
  }

  /** Ends the waiting before the next attempt, if one is being waited for. */
  retryNow(): void {
    this.wake?.();
  }

  close(): void {
    this.closed.abort();
    this.attempt?.abort();
    this.wake?.();
  }

  private get isClosed(): boolean {
    return this.closed.signal.aborted;
  }

  private async run(): Promise<void> {
    for (;;) {
      let waitMs: number | null = null;
      try {
        waitMs = await this.listen();
      } catch {
        // the network: said by onLost below, tried again after the wait
      }
      if (this.isClosed) return;
      if (!this.lost) this.options.onLost?.();
      this.lost = true;
      const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures++);
      await this.pause(waitMs ?? ceiling / 2 + (Math.random() * ceiling) / 2);
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** One connection until it ends. Gives the wait the server asked for, if it did. */
  private async listen(): Promise<number | null> {
    const attempt = (this.attempt = new AbortController());
    const headers = new Headers({ Accept: "text/event-stream" });
    if (this.options.token) headers.set("Authorization", `Bearer ${this.options.token}`);
    if (this.lastEventId !== null) headers.set("Last-Event-ID", this.lastEventId);
    let watchdog = setTimeout(() => attempt.abort(), SILENCE_MS);
    try {
      const response = await fetch(this.path, {
        headers,
        signal: attempt.signal,
        cache: "no-store",
        credentials: this.options.token ? "omit" : "same-origin",
      });
      if (!response.ok || !response.body) return await this.refused(response);
      this.failures = 0;
      this.lost = false;
      this.options.onOpen?.();
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      const parser = new EventParser();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return parser.retryMs;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => attempt.abort(), SILENCE_MS);
        for (const event of parser.push(decoder.decode(value, { stream: true }))) this.deliver(event);
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  private deliver(event: LiveEvent): void {
    if (this.isClosed) return;
    if (event.id !== null) this.lastEventId = event.id;
    this.options.onEvent(event);
  }

  private async refused(response: Response): Promise<number | null> {
    const problem = await problemOf(response);
    if (!problem.passing) {
      this.options.onRefused?.(problem);
      this.close();
    }
    return problem.retryAfterS === null ? null : problem.retryAfterS * 1000;
  }
}
