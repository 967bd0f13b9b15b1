/** What somebody of the staff is writing in a conversation, kept by person and conversation until it is sent. */
import type { Attachment } from "../../shared/files/contract";
import { remember, remembered, rememberedJson } from "../../shared/storage";

export type Kind = "reply" | "note";

/** The suggestion a reply was begun from. */
export interface Start {
  text: string;
  citations: unknown[];
}

/** A reply on its way: the same client id for as long as the server has not taken it. */
export interface Pending {
  clientId: string;
  text: string;
  start: Start | null;
  files?: Attachment[];
}

function isPending(value: unknown): value is Pending {
  return typeof value === "object" && value !== null && "clientId" in value && "text" in value;
}

function isStart(value: unknown): value is Start {
  return typeof value === "object" && value !== null && "text" in value && "citations" in value;
}

export class Drafts {
  constructor(
    private readonly staff: string,
    private readonly conversation: string,
  ) {}

  private key(what: string): string {
    return `kefu.desk.${this.staff}.${this.conversation}.${what}`;
  }

  text(kind: Kind): string {
    return remembered(this.key(kind)) ?? "";
  }

  keep(kind: Kind, text: string): void {
    remember(this.key(kind), text || null);
    if (kind === "reply" && !text) this.start = null;
  }

  get start(): Start | null {
    const kept = rememberedJson(this.key("start"));
    return isStart(kept) ? kept : null;
  }

  set start(start: Start | null) {
    remember(this.key("start"), start && JSON.stringify(start));
  }

  get pending(): Pending | null {
    const kept = rememberedJson(this.key("pending"));
    return isPending(kept) ? kept : null;
  }

  set pending(pending: Pending | null) {
    remember(this.key("pending"), pending && JSON.stringify(pending));
  }
}
