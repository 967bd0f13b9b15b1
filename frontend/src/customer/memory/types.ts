/** What is remembered of a customer, as it travels. */
import type { Ask } from "../../shared/api";

export interface Fact {
  fact_id: string;
  kind: "profile" | "case";
  text: string;
  updated_at: string;
}

export interface Memory {
  available: boolean;
  /** null: not decided yet. */
  consent: boolean | null;
  facts: Fact[];
}

/** Asks the server about this customer's memory. */
export type MemoryRequest = <T>(path: string, how: Ask) => Promise<T>;
