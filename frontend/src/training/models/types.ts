/** What the API tells about model versions, and how it is said. */
import texts from "../../../texts/models.json";
import { sentences, type Texts } from "../../shared/i18n";

export const say = sentences(texts);
export const sayAny = sentences(texts as Texts);
export const MODELS = "/api/v1/models";
export const STATES = ["candidate", "shadow", "canary", "live"] as const;

export interface Gate {
  passed: boolean;
  of: number;
  held: number;
  broken: string[];
  evaluation_id: string;
}

export interface Model {
  model_id: string;
  name: string;
  base_model: string | null;
  sha256: string | null;
  state: "candidate" | "shadow" | "canary" | "live" | "retired";
  share: number;
  parent_id: string | null;
  approved_by: string;
  changed_at: string | null;
  created_at: string;
  run_id: string | null;
  details: {
    dataset_id?: string;
    gate?: Gate;
    marks?: string[];
    rolled_back?: string;
    method?: string;
    stage?: string;
    serves?: "adapter" | "model" | "nothing";
    server_url?: string;
  };
}

export interface Figures {
  model_id: string | null;
  answers: number;
  conversations: number;
  up: number;
  down: number;
  refused: number;
  failed: number;
  handed_over: number;
  first_token_p95_ms: number;
}

/** Bounds of the gate or of the automatic roll-back; null: not looked at. */
export interface Rules {
  [name: string]: number | null | [string, string][] | undefined;
  /** Words, and what they must not bring about. */
  triggers?: [string, string][];
}

export interface KindFigures {
  asked: number;
  right: number;
  exact: number;
  f1: number;
  bleu: number;
  rouge_l: number;
}

export interface Figured {
  kinds: Record<string, KindFigures>;
  first_token_p95_ms: number;
  total_p50_ms: number;
}

export interface Evaluation {
  evaluation_id: string;
  model_id: string;
  against_id: string | null;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  done: number;
  total: number;
  figures: { now: Figured; new: Figured } | null;
  verdict: {
    passed: boolean;
    rules: { rule: string; value: number; bound: number; asked: number; passed: boolean }[];
  } | null;
  error: { code: string; message: string } | null;
  created_by: string;
  created_at: string;
}

export interface Said {
  text: string;
  outcome: string;
  right: boolean;
}

export interface JudgedRow {
  place: number;
  kind: string;
  question: string;
  wanted: string;
  now: Said | null;
  new: Said | null;
}

/** The sentence of a code, or the code itself when it is new. */
export function named(kind: string, code: string): string {
  const id = `${kind}_${code}`;
  return id in texts ? sayAny(id) : code;
}

export function percent(value: number): string {
  return `${(value * 100).toFixed(1)}%`;
}

/** A rule's value as it is written. */
export function figureOf(rule: string, value: number): string {
  return rule === "triggers_fired" ? String(value) : percent(value);
}

/** Whether the gate keeps it from customers. */
export function isStopped(model: Model): boolean {
  return model.state === "candidate" && model.details.gate?.passed === false;
}

export function stateOf(model: Model): string {
  if (isStopped(model)) return say("state_failed_gate");
  return sayAny(`state_${model.state}`, { n: Math.round(model.share * 100) });
}
