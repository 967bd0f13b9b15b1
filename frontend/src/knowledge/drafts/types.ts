/** What the draft routes answer. */
import parse from "../../../texts/parse.json";
import { sentences } from "../../shared/i18n";
import type { Settings } from "../original/parse-form";

export const say = sentences(parse);

export const CHANGES = ["changed", "recut", "gone", "new", "same"] as const;
export type Change = (typeof CHANGES)[number];

export interface Lost {
  chunk_id: string;
  heading_path: string[];
  original_text: string;
  text: string;
  disabled: boolean;
  by: string;
}

export interface Draft {
  settings: Settings;
  state: "running" | "ready" | "failed";
  error: { code: string; message: string } | null;
  job_id: string | null;
  outdated: boolean;
  version: number;
  edits: number;
  created_by: string;
  created_at: string;
  present: number;
  total: number;
  counts: Partial<Record<Change, number>>;
  unread_pages: number;
  low_pages: number[];
  hand_kept: number;
  lost_total: number;
  lost: Lost[];
}

export interface Cut {
  position: number;
  heading_path: string[];
  page: number | null;
  text: string;
  parent?: number | null;
  by_hand?: boolean;
  disabled?: boolean;
}

export interface Group {
  number: number;
  change: Change;
  before: Cut[];
  after: Cut[];
}

export interface GroupPage {
  items: Group[];
  next: number | null;
}
