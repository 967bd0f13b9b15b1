/** What of the live stream this page understands. */
import type { LiveEvent } from "../shared/live";
import type { AnyEvent } from "./contract";

const KNOWN = new Set([
  "message.created",
  "message.read",
  "answer.started",
  "answer.citations",
  "answer.delta",
  "answer.completed",
  "answer.failed",
  "owner.changed",
  "queue.updated",
  "agent.typing",
  "survey.requested",
]);

/** The event as the contract types it; a name from a newer server is passed over. */
export function asKnown(event: LiveEvent): AnyEvent | null {
  return KNOWN.has(event.name) ? ({ name: event.name, data: event.data } as AnyEvent) : null;
}
