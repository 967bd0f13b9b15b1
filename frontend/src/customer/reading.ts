/** Tells up to which message of a person the customer has read: only what is on a page that somebody looks at. */
import { Problem } from "../shared/api";
import type { Session } from "./session";

export class Reading {
  private told: string | null = null;
  private telling = false;

  constructor(
    private readonly session: () => Session,
    private readonly looked: () => boolean,
  ) {}

  /** To be called whenever something else may be on the screen. */
  look(): void {
    const session = this.session();
    const last = session.thread.items.findLast((item) => item.kind === "agent")?.id ?? null;
    if (last === null || last === session.thread.read.customer || last === this.told) return;
    if (this.telling || !this.looked()) return;
    this.telling = true;
    void session
      .request("/read", { message_id: last })
      .then(() => (this.told = last))
      .catch((problem: unknown) => {
        // a refusal is final; what the network lost is told again with the next look
        if (problem instanceof Problem && problem.status >= 400 && problem.status !== 429) this.told = last;
      })
      .finally(() => (this.telling = false));
  }
}
