/** Messages not yet taken by the server: sent one by one in order, kept over a reload, a failed one holds the rest. */
import { Problem } from "../shared/api";
import type { Attachment } from "../shared/files/contract";
import { newClientId } from "../shared/ids";
import { remember, rememberedJson } from "../shared/storage";

export interface Outgoing {
  clientId: string;
  text: string;
  files: readonly Attachment[];
  at: string;
  state: "sending" | "waiting" | "failed";
  /** The server's sentence about a refusal; null when the network failed. */
  reason: string | null;
}

type Send = (message: Outgoing) => Promise<void>;

type Kept = Omit<Outgoing, "files"> & Partial<Pick<Outgoing, "files">>;

function isOutgoing(value: unknown): value is Kept {
  return typeof value === "object" && value !== null && "clientId" in value && "text" in value && "at" in value;
}

export class Outbox {
  items: readonly Outgoing[] = [];
  private busy = false;

  constructor(
    private readonly key: string,
    private readonly send: Send,
    private readonly changed: () => void,
  ) {
    const kept = rememberedJson(key);
    if (Array.isArray(kept))
      this.items = kept.filter(isOutgoing).map((item) => ({ ...item, files: item.files ?? [], state: "waiting" }));
  }

  add(text: string, files: readonly Attachment[] = []): Outgoing {
    const message: Outgoing = {
      clientId: newClientId(),
      text,
      files,
      at: new Date().toISOString(),
      state: "waiting",
      reason: null,
    };
    this.set([...this.items, message]);
    void this.work();
    return message;
  }

  retry(clientId: string): void {
    this.change(clientId, { state: "waiting", reason: null });
    void this.work();
  }

  /** Sends again what only the network kept back. */
  retryAfterOutage(): void {
    for (const item of this.items) if (item.state === "failed" && item.reason === null) this.retry(item.clientId);
    void this.work();
  }

  drop(clientId: string): void {
    this.set(this.items.filter((item) => item.clientId !== clientId));
    void this.work();
  }

  async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (let first = this.items[0]; first && first.state !== "failed"; first = this.items[0]) {
        const { clientId } = first;
        this.change(clientId, { state: "sending" });
        try {
          await this.send(first);
          this.set(this.items.filter((item) => item.clientId !== clientId));
        } catch (problem) {
          const told = problem instanceof Problem && problem.status !== 0 ? problem.detail : "";
          this.change(clientId, { state: "failed", reason: told || null });
        }
      }
    } finally {
      this.busy = false;
    }
  }

  private change(clientId: string, change: Partial<Outgoing>): void {
    this.set(this.items.map((item) => (item.clientId === clientId ? { ...item, ...change } : item)));
  }

  private set(items: readonly Outgoing[]): void {
    this.items = items;
    remember(this.key, items.length > 0 ? JSON.stringify(items) : null);
    this.changed();
  }
}
