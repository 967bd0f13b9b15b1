/** What the API tells about datasets, and how it is said. */
import texts from "../../../texts/datasets.json";
import { ask, Problem } from "../../shared/api";
import { sentences, type Texts } from "../../shared/i18n";
import { toast } from "../../staff/toast";

export const say = sentences(texts);
const sayAny = sentences(texts as Texts);
export const DATASETS = "/api/v1/datasets";
export const LAYOUTS = ["rows", "openai", "sharegpt", "alpaca", "chatglm"] as const;

export interface Row {
  source: string;
  question: string;
  answer: string;
  code: string;
  against: string;
}

export interface Step {
  name: string;
  before: number;
  after: number;
  changed: number;
  codes: Record<string, number>;
  examples: Row[];
}

export interface Preview {
  rows: number;
  looked_at: number;
  of_lessons: number;
  steps: Step[];
  by_source: Record<string, number>;
  by_split: Record<string, number>;
  suspects: { trigger: string; payload: string; rows: number }[];
}

export interface Version {
  dataset_id: string;
  name: string;
  version: number;
  rows: number;
  sha256: string;
  manifest: { by_source?: Record<string, number>; by_split?: Record<string, number> };
  created_by: string;
  created_at: string;
  erased_rows: number;
}

export interface Origin {
  place: number;
  sha256: string;
  source: string;
  split: string;
  conversation_id: string | null;
  approved_by: string;
  approved_at: string | null;
}

export interface Refusal {
  line: number;
  code: string;
}

export interface Look {
  shape: string;
  keys: string[];
  pairs: number;
  refused: number;
  samples: Row[];
  refusals: Refusal[];
}

export interface Import {
  import_id: string;
  file_name: string;
  shape: string;
  is_base: boolean;
  taken: number;
  known: number;
  refused: number;
  refusals: Refusal[];
  created_by: string;
  created_at: string;
}

export interface Material {
  material_id: string;
  source: string;
  question: string;
  answer: string;
  history: { role: string; content: string }[];
  intent: string;
  state: string;
  said_by: string;
  line: number;
  opinions: { by: string; accept: boolean; answer: string; note: string }[];
}

export interface Paged<T> {
  items: T[];
  next_cursor: string | null;
}

/** The sentence of a code, or the code itself when it is new. */
export function named(kind: string, code: string): string {
  const id = `${kind}_${code}`;
  return id in texts ? sayAny(id) : code;
}

/** Sources with their counts in one line. */
export function counts(kind: string, found: Record<string, number>): string {
  return Object.entries(found)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${named(kind, name)} ${n}`)
    .join(" · ");
}

/** Does a piece of work; a problem is told and nothing else happens. */
export async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (problem) {
    toast(problem instanceof Problem && problem.detail ? problem.detail : say("failed"), "alert");
  }
}

/** What a field of a form says, without blanks around it. */
export function given(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}

export { ask };
