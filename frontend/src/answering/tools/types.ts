/** Tools as they travel, and the sentences of their page. */
import texts from "../../../texts/tool_admin.json";
import { sentences } from "../../shared/i18n";

export const say = sentences(texts);
export const URL = "/api/v1/tools";

export interface Twin {
  zh: string;
  en: string;
}

export interface Parameter {
  name: string;
  place: "path" | "query" | "header" | "body";
  schema: Record<string, unknown>;
  required: boolean;
  customer: boolean;
  masked: boolean;
  fixed: string | null;
  label: Twin;
  ask: Twin;
  pattern: string | null;
  choices: { value: string; label: Twin; words: string[] }[];
  options: unknown;
}

export interface Spec {
  name: string;
  title: Twin;
  when: string;
  examples: string[];
  effect: "reading" | "writing";
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  parameters: Parameter[];
  keep: string[];
  mask: string[];
  template: Twin;
  refusals: Record<string, Twin>;
  timeout_s: number;
  retries: number;
  idempotency_header: string | null;
}

export interface Tool {
  tool_id: string;
  source_id: string;
  enabled: boolean;
  version: number;
  spec: Spec;
  updated_by: string;
  updated_at: string | null;
  week: { calls: number; done: number; failed: number; median_ms: number; last_at: string } | null;
}

export type Kind = "http" | "mcp_http" | "mcp_stdio";

export interface Source {
  source_id: string;
  kind: Kind;
  name: string;
  base_url: string;
  command: string;
  secrets: string[];
  origin: string;
}

export interface ToolList {
  sources: Source[];
  items: Tool[];
  commands: string[];
}

export interface Drafts {
  title: string;
  base_url: string;
  drafts: Spec[];
  problems: string[];
  fields: Record<string, string[]>;
}

export interface Tried {
  ending: "ok" | "refused" | "failed" | "unknown" | "invalid";
  status: number | null;
  reason: string | null;
  ms: number;
  tries: number;
  arguments: Record<string, unknown>;
  result: unknown;
  problems: Record<string, string>;
  answer: Twin;
}

export interface Call {
  call_id: string;
  by: "customer" | "staff" | "test";
  user_id: string | null;
  conversation_id: string | null;
  confirmed: boolean;
  arguments: Record<string, unknown>;
  ending: "ok" | "refused" | "failed" | "unknown";
  status: number | null;
  reason: string | null;
  ms: number;
  at: string;
}

export const TONES = { ok: "ok", refused: "warn", failed: "danger", unknown: "danger", invalid: "warn" } as const;

/** A tool nobody has described yet. */
export function freshSpec(): Spec {
  const none = () => ({ zh: "", en: "" });
  return {
    name: "",
    title: none(),
    when: "",
    examples: [],
    effect: "reading",
    method: "GET",
    path: "/",
    parameters: [],
    keep: [],
    mask: [],
    template: none(),
    refusals: {},
    timeout_s: 5,
    retries: 1,
    idempotency_header: null,
  };
}

/** Lines without blanks. */
export const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** What was typed into a field of a form. */
export function word(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}
