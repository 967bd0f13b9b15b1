/** Intents as the server tells them. */
export const KINDS = ["question", "task", "complaint", "person", "small_talk", "out_of_scope"] as const;
export type Kind = (typeof KINDS)[number];

export interface Intent {
  key: string;
  kind: Kind;
  name_zh: string;
  name_en: string;
  enabled: boolean;
  examples: string[];
}

export interface IntentList {
  number: number;
  intents: Intent[];
  with_model: boolean;
  /** The chat model that could read; null: there is none. */
  model: string | null;
}

export interface Version {
  number: number;
  intents: number;
  examples: number;
  note: string;
  created_by: string;
  created_at: string;
}

export interface Tried {
  key: string | null;
  kind: Kind | null;
  by: "pattern" | "examples" | "model";
  threshold: number;
  likely: { key: string; score: number }[];
  nearest: { text: string; key: string; likeness: number }[];
  slots: Partial<Record<"order_number" | "phone" | "email" | "product", string>>;
  sentiment: "negative" | "neutral" | "positive";
  ms: number;
  /** Why the model, though asked, did not read it. */
  failed: string | null;
}

export interface Confusion {
  keys: string[];
  cells: { meant: string; taken: string; count: number }[];
  examples: number;
  accuracy: number;
  macro_f1: number;
  believed: number;
  right_of_believed: number;
  threshold: number;
}

export interface Report {
  added: string[];
  changed: string[];
  removed: string[];
}
