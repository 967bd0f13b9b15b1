/** What the API tells about blind comparisons, and how it is said. */
import texts from "../../../texts/comparison.json";
import { sentences, type Texts } from "../../shared/i18n";

export const say = sentences(texts);
const sayAny = sentences(texts as Texts);
export const COMPARISONS = "/api/v1/comparisons";
export const SIDES = ["first", "second", "even"] as const;
export const WHYS = ["right", "complete", "clear", "tone", "sources", "safe"] as const;
export type Side = (typeof SIDES)[number];
export type Why = (typeof WHYS)[number];
export type Winner = "new" | "now" | "even";

export interface Comparison {
  comparison_id: string;
  evaluation_id: string;
  model_id: string;
  questions: number;
  alike: number;
  wanted_people: number;
  votes: number;
  people: number;
  mine: number;
  created_by: string;
  created_at: string;
  closed_at: string | null;
}

export interface Pair {
  place: number;
  question: string;
  first: string;
  second: string;
}

export interface Outcome {
  votes: number;
  people: number;
  questions: number;
  new: number;
  now: number;
  even: number;
  win_rate: number;
  low: number;
  high: number;
  agreed: number | null;
  alpha: number | null;
  first_share: number | null;
  reasons: Partial<Record<Winner, Partial<Record<Why, number>>>>;
  said: { place: number; by: string; winner: Winner; reasons: Why[]; note: string }[];
}

export function named(kind: string, code: string): string {
  return sayAny(`${kind}_${code}`);
}
