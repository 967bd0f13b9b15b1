/** Inspections, forms and results as the routes tell them. */
import inspection from "../../../texts/inspection.json";
import { Problem } from "../../shared/api";
import { say as sayShared, sentences } from "../../shared/i18n";

export const say = sentences(inspection);
export const URL = "/api/v1/inspections";
export const MARKS = ["yes", "partly", "no", "skip"] as const;
export const STATES = ["open", "scored", "appealed", "settled"] as const;
export const WHY = ["down_voted", "long_wait", "reopened", "sla_breach", "listed_words"] as const;
export type Mark = (typeof MARKS)[number];
export type Part = "agent" | "bot";

export interface Criterion {
  key: string;
  name: string;
  weight: number;
  fatal: boolean;
  check: string | null;
  parts: Part[];
}

export interface Inspection {
  inspection_id: string;
  conversation_id: string;
  part: Part;
  agent: string;
  own: boolean;
  why: (typeof WHY)[number][];
  state: (typeof STATES)[number];
  findings: { key: string; mark: Mark; reason: string; by: string }[];
  marks: Record<string, Mark>;
  score: number | null;
  fatal: boolean;
  note: string;
  inspector: string;
  recheck: { by: string; first: { score: number | null } } | null;
  appeal: { text: string; answer?: string; by?: string } | null;
  revision: number;
  created_at: string;
  scored_at: string | null;
}

export interface Opened {
  inspection: Inspection;
  criteria: Criterion[];
  said: { role: string; author: string | null; text: string; outcome: string | null; sources: number; at: string }[];
}

/** Built-in lines are named in the reader's language. */
export function criterionName(one: { key: string; name: string }): string {
  return one.name === one.key ? say(`criterion_${one.key as "tone"}`) : one.name;
}

/** Whose part it is, for people to read. */
export const whose = (one: Inspection) => (one.part === "bot" ? say("result_bot") : one.agent || say("part_agent"));

export const wordsOf = (problem: unknown) =>
  problem instanceof Problem && problem.detail ? problem.detail : sayShared("network");
