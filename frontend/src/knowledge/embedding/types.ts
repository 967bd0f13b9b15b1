/** What the API tells about embedders, and how their numbers are written. */
import texts from "../../../texts/embedders.json";
import evaluation from "../../../texts/evaluation.json";
import { locale, sentences, type Texts } from "../../shared/i18n";

export const say = sentences(texts);
export const EMBEDDERS = "/api/v1/embedders";
export const STAGES = ["fit", "plan", "fill", "index", "calibrate", "compare"] as const;
export const FIGURES = ["recall_at_1", "recall_at_5", "mrr_at_10", "false_answers", "false_refusals"] as const;

export interface Trouble {
  code: string;
  message: string;
}

export interface Probe {
  dimensions: number;
  ms: number;
  per_s: number;
  indexable: boolean;
  error: Trouble | null;
}

export interface Candidate {
  candidate_id: string | null;
  base_url: string;
  model: string;
  has_key: boolean;
  probe: Probe | null;
}

export type Point = [number, number, number | null];

export interface Embedder {
  embedder_id: string;
  kind: "hashed" | "openai";
  model: string;
  dimensions: number;
  indexed: boolean;
  state: "planned" | "past" | "present" | "future";
  address: string | null;
  threshold: number;
  target: number | null;
  calibration: Record<string, number | string>;
  points: Point[];
  size_bytes: number;
  created_at: string;
}

export type Figures = Record<(typeof FIGURES)[number], number> & { questions: number };

export interface Run {
  run_id: string;
  embedder_id: string;
  origin: "new" | "past";
  state: "running" | "paused" | "failed" | "ready" | "switched" | "cancelled";
  stage: (typeof STAGES)[number];
  progress: {
    done: number;
    total: number;
    hands: number;
    per_s: number | null;
    seconds_left: number | null;
    index_share: number | null;
  };
  error: Trouble | null;
  comparison: {
    at?: string;
    tuning?: Tuning;
    present?: Figures;
    future?: Figures;
    verdict?: { passes: boolean; reasons: string[] };
  };
  created_by: string;
}

interface Told {
  lessons: number;
  first: number;
  reciprocal: number;
}

/** What people's choices taught, measured on lessons kept aside. */
export interface Tuning {
  learnt: number;
  lexical_weight: number;
  before: Told;
  after: Told;
  better: boolean;
  left_out: { of_regression: number; capped: number; not_found: number };
}

export interface Overview {
  items: Embedder[];
  candidates: Candidate[];
  chunks: number;
  run: Run | null;
  unused_server: boolean;
}

export function nameOf(embedder: { kind: string; model: string } | undefined): string {
  if (!embedder) return "";
  return embedder.kind === "hashed" ? say("weight_free") : embedder.model;
}

const sayGate = sentences(evaluation as Texts);

/** A reason of the gate, which comes as `code name=value …`. */
export function reasonText(reason: string): string {
  const [code = "", ...values] = reason.split(" ");
  const filled = Object.fromEntries(values.map((one) => one.split("=") as [string, string]));
  return `gate_${code}` in evaluation ? sayGate(`gate_${code}`, filled) : reason;
}

export function count(value: number): string {
  return value.toLocaleString(locale());
}

export function percent(value: number): string {
  return `${(value * 100).toFixed(1)}%`;
}

export function bytes(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} GB`;
  return value >= 1e6 ? `${(value / 1e6).toFixed(1)} MB` : `${Math.ceil(value / 1e3)} kB`;
}

export function duration(seconds: number): string {
  if (seconds < 90) return say("seconds", { n: Math.max(1, Math.round(seconds)) });
  if (seconds < 5_400) return say("minutes", { n: Math.round(seconds / 60) });
  return say("hours", { n: (seconds / 3_600).toFixed(1) });
}
