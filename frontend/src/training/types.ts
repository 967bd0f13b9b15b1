/** What the API tells about training runs, and how it is said. */
import texts from "../../texts/training.json";
import { sentences, type Texts } from "../shared/i18n";

export const say = sentences(texts);
const sayAny = sentences(texts as Texts);
export const RUNS = "/api/v1/training/runs";
export const TONES = {
  queued: "",
  running: "accent",
  paused: "warn",
  succeeded: "ok",
  failed: "danger",
  cancelled: "",
} as const;
export const SETTINGS = [
  "epochs",
  "learning_rate",
  "rank",
  "alpha",
  "dropout",
  "batch_size",
  "accumulate",
  "max_length",
  "save_every",
  "evaluate_every",
  "patience",
  "seed",
  "evaluate_rows",
  "beta",
  "virtual_tokens",
] as const;
export const STAGES = ["sft", "dpo", "pretrain"] as const;
export const METHODS = ["lora", "qlora", "ia3", "prompt", "prefix", "full"] as const;
export type Stage = (typeof STAGES)[number];
export type Method = (typeof METHODS)[number];
type Setting = (typeof SETTINGS)[number];
export type Settings = Record<Setting, number> & { stage: Stage; method: Method; start_from: string | null };

/** Which of the numbers mean something to a stage and method. */
export function settingsOf(stage: Stage, method: Method): Setting[] {
  const adapts = method === "lora" || method === "qlora";
  const soft = method === "prompt" || method === "prefix";
  return SETTINGS.filter((name) => {
    if (name === "rank" || name === "alpha" || name === "dropout") return adapts;
    if (name === "virtual_tokens") return soft;
    return name !== "beta" || stage === "dpo";
  });
}

export interface Run {
  run_id: string;
  dataset_id: string;
  base_model: string;
  state: keyof typeof TONES;
  settings: Settings;
  step: number;
  total_steps: number;
  resumed_from: number;
  loss: number | null;
  validation_loss: number | null;
  tokens_per_second: number | null;
  device: string | null;
  evaluation: Record<string, unknown> | null;
  model_id: string | null;
  waiting_for: string | null;
  facts: Record<string, unknown> & { resumes?: number[] };
  error: { code: string; message: string; detail: string | null } | null;
  created_by: string;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface Point {
  step: number;
  loss: number;
  learning_rate: number;
  tokens_per_second: number;
  memory_mb: number;
  margin: number | null;
  preferred: number | null;
}

export interface Look {
  step: number;
  loss: number;
  best: boolean;
  margin: number | null;
  preferred: number | null;
}

export interface Curves {
  items: Point[];
  validations: Look[];
  verdict: { code: string; text: string };
}

export interface Line {
  number: number;
  at: string;
  level: string;
  text: string;
}

export function named(kind: string, code: string): string {
  const id = `${kind}_${code}`;
  return id in texts ? sayAny(id) : code;
}

export function duration(seconds: number): string {
  if (seconds < 90) return say("seconds", { n: Math.max(1, Math.round(seconds)) });
  if (seconds < 5_400) return say("minutes", { n: Math.round(seconds / 60) });
  return say("hours", { n: (seconds / 3_600).toFixed(1) });
}
