/** What the routes of sources answer, and small things the page's elements share. */
import feeds from "../../../texts/feeds.json";
import { sentences } from "../../shared/i18n";

export const say = sentences(feeds);
export const SOURCES = "/api/v1/sources";
export const KINDS = ["folder", "page", "sitemap", "site"] as const;
export const SCHEDULES = ["off", "hourly", "daily", "weekly"] as const;
export const POLICIES = ["keep", "mark", "delete"] as const;
export const OUTCOMES = ["added", "changed", "unchanged", "gone", "skipped", "failed"] as const;

export type Kind = (typeof KINDS)[number];
export type Outcome = (typeof OUTCOMES)[number];

export interface Reason {
  code: string;
  message: string;
}

export interface Run extends Record<Outcome, number> {
  run_id: string;
  job_id: string | null;
  state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
  by_hand: boolean;
  started_by: string;
  capped: boolean;
  complete: boolean;
  error: Reason | null;
  waiting: number;
  created_at: string;
  finished_at: string | null;
}

export interface SourceForm {
  base_id: string;
  name: string;
  kind: Kind;
  address: string;
  include: string[];
  exclude: string[];
  schedule: (typeof SCHEDULES)[number];
  max_depth: number;
  max_pages: number;
  when_missing: (typeof POLICIES)[number];
  show_address: boolean;
  tags: string[];
}

export interface Source extends SourceForm {
  source_id: string;
  version: number;
  documents: number;
  missing: number;
  updated_at: string;
  next_run_at: string | null;
  last_run: Run | null;
}

export interface Entry {
  address: string;
  outcome: Outcome | null;
  reason: Reason | null;
  document_id: string | null;
  document_title: string | null;
  document_status: string | null;
  document_problem: Reason | null;
}

export interface Preview {
  items: { address: string; title: string; problem: Reason | null }[];
  total: number;
  more: boolean;
  problem: Reason | null;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export const isOpen = (run: Run | null): boolean => run?.state === "queued" || run?.state === "running";
/** An address as people read it: percent signs become letters again where they can. */
export function readable(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}

export const doneOf = (run: Run): number => OUTCOMES.reduce((sum, outcome) => sum + run[outcome], 0);
