/** The customer's API as it travels: shapes of the public contract, nothing else. */
import type { Attachment } from "../shared/files/contract";

export type Owner = "bot" | "queue" | "agent" | "none";
export type Lifecycle = "open" | "snoozed" | "closed";
export type Composer = "extractive" | "generative" | "faq" | "fixed";
export type Outcome =
  "answered" | "faq" | "clarified" | "tool" | "small_talk" | "refused" | "handed_off" | "stopped" | "failed";
/** Whose part of a conversation is judged. */
export type Part = "agent" | "bot";
export type Reason = "wrong" | "incomplete" | "outdated" | "not_my_question" | "tone" | "other";

export interface Feedback {
  rating: "up" | "down";
  reasons?: Reason[];
  comment?: string | null;
}

export interface Citation {
  number: number;
  document_id?: string | null;
  faq_id?: string | null;
  chunk_id?: string | null;
  title: string;
  heading_path?: string[] | null;
  page?: number | null;
  quote: string;
  url?: string | null;
}

export interface Created {
  conversation_id: string;
  token: string;
  greeting: string;
  suggestions: string[];
  owner: Owner;
}

/** A change the customer is asked to confirm; the later one that says what became of it has only id and state. */
export interface Confirmation {
  confirmation_id: string;
  state: "pending" | "accepted" | "done" | "failed" | "cancelled" | "expired";
  title?: string;
  fields?: { label: string; value: string }[];
  expires_at?: string;
}

export interface StoredMessage {
  message_id: string;
  role: "customer" | "bot" | "agent" | "system";
  text: string;
  outcome?: Outcome | null;
  citations?: Citation[] | null;
  confirmation?: Confirmation | null;
  attachments?: Attachment[] | null;
  feedback?: Feedback | null;
  client_id?: string | null;
  created_at: string;
}

/** The last message of the other that each side has read. */
export interface ReadMarks {
  customer?: string | null;
  agent?: string | null;
}

export interface Snapshot {
  conversation_id: string;
  owner: Owner;
  lifecycle: Lifecycle;
  seq: number;
  messages: StoredMessage[];
  running_answer?: { answer_id: string; text: string } | null;
  read?: ReadMarks | null;
}

export interface Accepted {
  message_id: string;
  answer_id: string | null;
  seq: number;
}

export interface QueuePlace {
  position?: number | null;
  estimated_wait_s?: number | null;
}

export interface Events {
  "message.created": {
    message_id: string;
    role: StoredMessage["role"];
    text: string;
    attachments?: Attachment[] | null;
    client_id?: string | null;
    created_at: string;
  };
  "message.read": { message_id: string; by: "customer" | "agent" };
  "answer.started": { answer_id: string; question_id: string; composer: Composer };
  "answer.citations": { answer_id: string; citations: Citation[] };
  "answer.delta": { answer_id: string; offset: number; text: string };
  "answer.completed": {
    answer_id: string;
    text: string;
    outcome: Outcome;
    citations: Citation[];
    suggestions: string[];
    confirmation?: Confirmation;
  };
  "answer.failed": { answer_id: string; text: string; code: string };
  "owner.changed": { owner: Owner; reason?: string; agent?: { name: string } | null };
  "queue.updated": QueuePlace;
  "agent.typing": object;
  "survey.requested": { parts?: Part[] };
}

export type AnyEvent = { [K in keyof Events]: { name: K; data: Events[K] } }[keyof Events];
