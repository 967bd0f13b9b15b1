/** What the routes of corrections answer, and how their pages speak of it. */
import feedback from "../../texts/feedback.json";
import { ask } from "../shared/api";
import { sentences } from "../shared/i18n";

export const say = sentences(feedback);
export const CORRECTIONS = "/api/v1/corrections";
export const STATES = ["draft", "in_review", "accepted", "published", "rejected"] as const;
export const PLACES = ["new_faq", "faq_phrasing", "passage", "training"] as const;
export const FAULTS = ["wrong", "incomplete", "outdated", "not_my_question", "tone"] as const;
export type State = (typeof STATES)[number];
export type PlaceName = (typeof PLACES)[number];
export type Fault = (typeof FAULTS)[number] | "other";

export interface Plan {
  place: PlaceName;
  faults: Fault[];
  questions: string[];
  base_id: string | null;
  faq_id: string | null;
  chunk_id: string | null;
  passage_text: string | null;
  target_version: number | null;
  owner: string | null;
  valid_until: string | null;
}

export interface Source {
  number: number;
  title: string;
  heading_path: string[];
  quote: string;
}

export interface Said {
  outcome: string;
  text: string;
  cited: string[];
  right: boolean;
}

export interface Trial {
  questions: { text: string; locale: string; before: Said; after: Said }[];
  asked: number;
  right_before: number;
  right_after: number;
  right_live?: number;
  regression: {
    questions: number;
    passed_before: number;
    passed_after: number;
    false_answers_before: number;
    false_answers_after: number;
    broken: string[];
  };
  passes: boolean;
  reasons: string[];
  took_ms: number;
}

export interface Evidence {
  passages?: { title: string; place: string; text: string; url: string; chunk_id: string | null }[];
  replies?: { text: string; by: string; conversation_id: string; at: string }[];
  sentences?: { text: string; numbers: number[]; supported: boolean }[];
  written_by?: string;
}

export interface Correction {
  correction_id: string;
  message_id: string;
  conversation_id: string;
  question: string;
  wrong_answer: string;
  sources: Source[];
  text: string;
  locale: string;
  plan: Plan;
  state: State;
  version: number;
  note: string | null;
  proposed_by: string;
  proposed_at: string;
  reviewed_by: string | null;
  reviewed_at: string | null;
  gap_id: string | null;
  evidence: Evidence;
  trial: Trial | null;
  problem: string | null;
  job_id: string | null;
  overridden_by: string | null;
  override_reason: string | null;
  published_at: string | null;
  published_faq_id: string | null;
}

export interface Places {
  message_id: string;
  question: string;
  answer: string;
  locale: string;
  faqs: { faq_id: string; version: number; question: string; answer: string; score: number }[];
  passages: {
    number: number;
    title: string;
    heading_path: string[];
    quote: string;
    text: string;
    version: number;
    chunk_id: string | null;
    faq_id: string | null;
  }[];
  replies: string[];
  four_eyes: boolean;
}

export const NO_PLAN: Plan = {
  place: "new_faq",
  faults: [],
  questions: [],
  base_id: null,
  faq_id: null,
  chunk_id: null,
  passage_text: null,
  target_version: null,
  owner: null,
  valid_until: null,
};

export function placesOf(messageId: string): Promise<Places> {
  return ask<Places>(`/api/v1/answers/${messageId}/correction-places`);
}
