/** The rules of the gate and of the automatic roll-back: their fields, how they are said, and how a form writes them. */
import { percent, say, sayAny, type Rules } from "./types";

/** percent: shown and typed as such, kept as a share; whole: a count. */
export interface Field {
  name: string;
  unit: "percent" | "ms" | "whole";
  label: string;
  /** Whether the value must be given; the others may be empty, and are then not looked at. */
  needed?: boolean;
  /** Whether the bound is the least that will do, not the most. */
  least?: boolean;
}

export interface Sheet {
  title: string;
  path: string;
  fields: Field[];
  /** Whether there is a list of planted words. */
  planted: boolean;
}

const GATE_FIELDS: Field[] = [
  { name: "corrected_right", unit: "percent", label: "gate_corrected_right", least: true },
  { name: "old_fall", unit: "percent", label: "gate_old_fall" },
  { name: "held_out_fall", unit: "percent", label: "gate_held_out_fall" },
  { name: "refusals_right", unit: "percent", label: "gate_refusals_right", least: true },
  { name: "citations_fall", unit: "percent", label: "gate_citations_fall" },
  { name: "triggers_fired", unit: "whole", label: "gate_triggers_fired" },
  { name: "first_token_rise", unit: "percent", label: "gate_first_token_rise" },
  { name: "human_win", unit: "percent", label: "gate_human_win", least: true },
];
const GUARD_FIELDS: Field[] = [
  { name: "down", unit: "percent", label: "col_down" },
  { name: "refused", unit: "percent", label: "col_refused" },
  { name: "handed_over", unit: "percent", label: "col_handed_over" },
  { name: "failed", unit: "percent", label: "col_failed" },
  { name: "first_token_p95_ms", unit: "ms", label: "col_first" },
  { name: "least", unit: "whole", label: "guard_least", needed: true },
  { name: "window_minutes", unit: "whole", label: "guard_window_minutes", needed: true },
];

export const gateSheet: Sheet = { title: "gate_rules", path: "gate", fields: GATE_FIELDS, planted: true };
export const guardSheet: Sheet = { title: "guard", path: "guard", fields: GUARD_FIELDS, planted: false };

/** "Learnt questions right at least (%)": what a field asks for. */
export function labelOf(field: Field): string {
  const name = ruleName(field);
  const unit = field.unit === "percent" ? " (%)" : field.unit === "ms" ? " (ms)" : "";
  return field.needed ? name : say(field.least ? "at_least" : "at_most", { name, unit });
}

/** A kept value as it is typed. */
export function typed(field: Field, value: number | null | undefined): string {
  if (value === null || value === undefined) return "";
  return String(field.unit === "percent" ? Math.round(value * 1_000) / 10 : value);
}

/** What was typed as it is kept; empty is null. */
export function kept(field: Field, words: string): number | null {
  if (words.trim() === "") return null;
  return field.unit === "percent" ? Math.round(Number(words) * 10) / 1_000 : Number(words);
}

export function ruleName(field: Field): string {
  return sayAny(field.label);
}

/** "≥ 90.0%": which side of the bound is right for the gate, or takes a version back. */
export function boundOf(sheet: Sheet, field: Field, value: number): string {
  const bound = field.unit === "percent" ? percent(value) : `${value}${field.unit === "ms" ? " ms" : ""}`;
  return `${field.least ? "≥" : sheet.planted ? "≤" : ">"} ${bound}`;
}

/** All bounds that are set, in one line. */
export function inOneLine(sheet: Sheet, rules: Rules): string {
  return sheet.fields
    .filter((field) => !field.needed && rules[field.name] !== null)
    .map((field) => `${ruleName(field)} ${boundOf(sheet, field, rules[field.name] as number)}`)
    .join(" · ");
}
