/** What the API says about a hit test, as the page holds it. */

export const STAGES = ["lexical", "vector", "fused", "reranked"] as const;
export type StageName = (typeof STAGES)[number];

export interface Expected {
  source?: string;
  sha256?: string;
  text?: string;
  faq_id?: string | null;
  question?: string;
  title?: string;
}

export interface Passage {
  chunk_id: string;
  document_id: string | null;
  faq_id: string | null;
  title: string;
  heading_path: string[];
  page: number | null;
  text: string;
  question: string | null;
  confidence: number;
  source: string;
  sha256: string;
}

export interface Seen {
  chunk_id: string;
  rank: number;
  score: number;
}

export interface Citation {
  number: number;
  title: string;
  heading_path: string[];
  quote: string;
  chunk_id: string | null;
  faq_id: string | null;
}

export interface Answer {
  outcome: string;
  composer: string;
  route: string;
  reasons: string[];
  text: string;
  citations: Citation[];
  suggestions: string[];
  model: string | null;
  ms: number;
}

export interface Standing {
  chunk_ids: string[];
  ranks: Partial<Record<StageName, number>>;
  why: string[];
  cited: boolean;
}

export interface HitTest {
  wordings: {
    text: string;
    normalised: string;
    terms: string[];
    meant: { said: string; others: string[] }[];
    clause: boolean;
  }[];
  embedder: string;
  reranker: string | null;
  weights: [number, number] | null;
  threshold: number;
  confidence: number;
  answerable: boolean;
  searched: boolean;
  timings_ms: Record<string, number>;
  passages: Passage[];
  stages: Partial<Record<StageName, { count: number; items: Seen[] }>>;
  answer: Answer | null;
  expected: Standing | null;
  /** What saving the word list that was tried would index anew. */
  words: { indexed_anew: number; looked_at: number; passages: number } | null;
}

export interface Phrased {
  text: string;
  rank: number | null;
  answerable: boolean;
  first: string;
}

export interface Choices {
  bases: { base_id: string; name: string; audience: string }[];
  embedders: { embedder_id: string; model: string; state: string; threshold: number; target: number | null }[];
  reranker: string | null;
}

/** Settings of one test; what is missing stays as live. */
export interface Options {
  embedder_id?: string;
  weights?: [number, number];
  threshold?: number;
  candidates?: number;
  synonyms?: boolean;
  rerank?: boolean;
}

export interface Run {
  run_id: string;
  kind: string;
  set_id: string | null;
  set_name: string;
  cause: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  job_id: string | null;
  options: Options;
  questions: number;
  done: number;
  figures: Record<string, number> | null;
  verdict: { passes: boolean; sentences: string[] } | null;
  compared_with: string | null;
  file_name: string;
  error: string | null;
  created_by: string;
  created_at: string;
  finished_at: string | null;
}

export interface QuestionSet {
  set_id: string;
  name: string;
  description: string;
  questions: number;
}

/** A field of a form as text. */
export function given(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}

/** What search calls the passage for people: an FAQ by its question, a document's passage by its last heading. */
export function nameOf(passage: Passage): string {
  if (passage.question !== null) return passage.question;
  const last = passage.heading_path.at(-1);
  return last && last !== passage.title ? `${passage.title} · ${last}` : passage.title;
}

/** What a passage is known by once its document has been read in anew. */
export function expectedOf(passage: Passage): Expected {
  const title = nameOf(passage);
  if (passage.faq_id !== null) return { faq_id: passage.faq_id, question: passage.question ?? "", title };
  return { source: passage.source, sha256: passage.sha256, text: passage.text, title };
}
