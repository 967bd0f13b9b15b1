/** A reply waits a few seconds before it goes out, so that it can be taken back; nothing of it is ever lost. */
import { ask, Problem } from "../../shared/api";
import { say as sayShared } from "../../shared/i18n";
import type { Drafts, Pending } from "./drafts";

export const UNDO_S = 5;

export type Stage = "waiting" | "sending" | "failed";

export class Sending {
  stage: Stage = "waiting";
  left = 0;
  problem = "";
  /** It failed because nothing could be reached, not because it was refused. */
  private unreached = false;
  private timer: number | undefined;
  private flight: Promise<boolean> | null = null;

  constructor(
    private readonly path: string,
    private readonly drafts: Drafts,
    private readonly changed: () => void,
    private readonly sent: () => void,
  ) {
    if (drafts.pending) this.wait();
  }

  get pending(): Pending | null {
    return this.drafts.pending;
  }

  /** What is pending goes out at once, then this one waits its turn. False when the one before could not be sent. */
  async add(pending: Pending): Promise<boolean> {
    if (this.pending && !(await this.go())) return false;
    this.drafts.pending = pending;
    this.wait();
    return true;
  }

  /** The reply that had not gone out, back to be edited; null when there is none or it is on its way. */
  takeBack(): Pending | null {
    const { pending } = this;
    if (!pending || this.stage === "sending") return null;
    clearInterval(this.timer);
    this.drafts.pending = null;
    this.changed();
    return pending;
  }

  /** Sends what waits; the same client id again is the same reply. */
  go(keepalive = false): Promise<boolean> {
    const { pending } = this;
    if (!pending) return Promise.resolve(true);
    this.flight ??= this.send(pending, keepalive).finally(() => (this.flight = null));
    return this.flight;
  }

  private async send(pending: Pending, keepalive: boolean): Promise<boolean> {
    clearInterval(this.timer);
    this.stage = "sending";
    this.changed();
    try {
      const start = pending.start ? { suggested: pending.start.text, citations: pending.start.citations } : {};
      const attachments = (pending.files ?? []).map((file) => file.attachment_id);
      const body = { client_id: pending.clientId, text: pending.text, attachments, ...start };
      await ask(this.path, { method: "POST", body, keepalive });
      this.drafts.pending = null;
      this.stage = "waiting";
      this.sent();
      return true;
    } catch (problem) {
      this.stage = "failed";
      this.unreached = problem instanceof Problem && problem.status === 0;
      this.problem = problem instanceof Problem && problem.detail ? problem.detail : sayShared("network");
      return false;
    } finally {
      this.changed();
    }
  }

  /** The network is back: what could not be sent goes out. */
  sendAgain(): void {
    if (this.pending && this.stage === "failed" && this.unreached) void this.go();
  }

  /** The page is being left: what waits goes out rather than nowhere. */
  leave(): void {
    clearInterval(this.timer);
    if (this.pending && this.stage === "waiting") void this.go(true);
  }

  private wait(): void {
    clearInterval(this.timer);
    this.stage = "waiting";
    this.left = UNDO_S;
    this.timer = window.setInterval(() => {
      this.left -= 1;
      if (this.left <= 0) void this.go();
      else this.changed();
    }, 1000);
    this.changed();
  }
}
