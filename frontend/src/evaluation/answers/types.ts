/** What the API says about runs over labelled questions. */
import runs from "../../../texts/answer_runs.json";
import { sentences } from "../../shared/i18n";

export const say = sentences(runs);
export type Said = keyof typeof runs;
export const API = "/api/v1/answer-evaluations";

export interface AnswerRun {
  run_id: string;
  name: string;
  cause: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  job_id: string | null;
  questions: number;
  done: number;
  settings: { model?: string; embedder?: string; judge?: boolean; confusion?: [string, string, number][] };
  figures: Record<string, unknown> | null;
  compared_with: string | null;
  error: string | null;
  created_at: string;
  finished_at: string | null;
}

export interface Judged {
  outcome: string;
  text: string;
  problem: string;
  cited: string[];
}

export interface Row {
  position: number;
  qid: string;
  question: string;
  group: string;
  judged: Judged | null;
  before: Judged | null;
  change: "broken" | "fixed" | "changed" | "";
}

export interface Details {
  run: AnswerRun;
  before: AnswerRun | null;
  broken: number;
  fixed: number;
  changed: number;
  rows: Row[];
}

/** Those that are better when they are lower. */
const LOWER: readonly string[] = [
  "false_refusal",
  "false_answer",
  "failed",
  "first_ms_p50",
  "ms_p50",
  "ms_p95",
  "prompt_tokens",
  "completion_tokens",
  "cost",
  "attack_success",
  "seen_while_streaming",
  "guard_ms_p50",
  "guard_ms_p95",
];
const PLAIN: readonly string[] = ["questions", "answered", "stopped_by_guard", "reached_model"];
const COUNTS: readonly string[] = ["questions", "reached_model"];

export function figure(run: AnswerRun | null, name: string): number | null {
  const value = run?.figures?.[name];
  return typeof value === "number" ? value : null;
}

export function figureName(name: string): string {
  const key = name === "failed" ? "failed_rate" : name;
  return key in runs ? say(key as Said) : name;
}

/** A rate as per cent, anything else as it is. */
export function shown(name: string, value: number | null): string {
  if (value === null) return "—";
  if (COUNTS.includes(name) || name.endsWith("_tokens")) return value.toLocaleString();
  if (name === "cost") return value.toString();
  if (name.includes("ms_p")) return value.toFixed(1);
  return `${(value * 100).toFixed(1)}%`;
}

export function tone(name: string, before: number | null, now: number | null): "" | "ok-text" | "danger-text" {
  if (before === null || now === null || before === now || PLAIN.includes(name)) return "";
  return now > before === !LOWER.includes(name) ? "ok-text" : "danger-text";
}
