/** What the FAQ routes answer, as far as the pages use it. */

export interface Faq {
  faq_id: string;
  base_id: string;
  questions: string[];
  answer: string;
  tags: string[];
  channels: string[];
  valid_from: string | null;
  valid_until: string | null;
  version: number;
  source: string;
  created_by: string;
  updated_by: string;
  updated_at: string;
  use: Use | null;
}

export interface Use {
  answers: number;
  up: number;
  down: number;
}

export interface FaqPage {
  items: Faq[];
  next_cursor: string | null;
  total: number;
}

export interface Facts {
  bases: { base_id: string; name: string }[];
  tags: { tag: string; count: number }[];
  channels: string[];
}

/** The text of the one who was faster, as a conflict tells it. */
export interface Theirs {
  version: number;
  questions: string[];
  answer: string;
  tags: string[];
  channels: string[];
  valid_from: string | null;
  valid_until: string | null;
  updated_by: string;
  updated_at: string;
}

export interface Taken {
  place: number;
  faq_id: string;
  question: string;
  answer: string;
}

export interface UsedBy {
  items: {
    answer_id: string;
    conversation_id: string;
    asked: string;
    outcome: string | null;
    vote: "up" | "down" | null;
    answered_at: string;
  }[];
  use: Use;
}

export type RowKind = "added" | "changed" | "unchanged" | "duplicate" | "contradiction" | "bad";

export interface Import {
  import_id: string;
  base_id: string;
  file_name: string;
  state: "reading" | "ready" | "writing" | "done" | "failed";
  error: { code: string; message: string } | null;
  counts: Partial<Record<RowKind, number>>;
  revision: number;
  job_id: string | null;
  created_by: string;
  created_at: string;
}

export interface ReportRow {
  number: number;
  row: number;
  kind: RowKind;
  message: string | null;
  other_row: number | null;
  faq_id: string | null;
  questions: string[];
  answer: string;
  before: { questions: string[]; answer: string } | null;
}

export interface Pair {
  one: Faq;
  other: Faq;
  one_question: string;
  other_question: string;
  score: number;
}
