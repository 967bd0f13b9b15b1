/** What the document routes answer, as far as the pages use it. */
import type { Job } from "../staff/jobs";
import type { Settings } from "./original/parse-form";

export type DocumentStatus = "queued" | "parsing" | "embedding" | "ready" | "failed";

export interface DocumentItem {
  document_id: string;
  title: string;
  file_name?: string;
  status: DocumentStatus;
  error?: { code: string; message: string } | null;
  chunk_count: number;
  size_bytes?: number;
  version: number;
  updated_at: string;
  media_type: string;
  page_count: number | null;
  pending_version: number | null;
  base_id: string;
  base_name: string;
  owner: string;
  tags: string[];
  valid_from: string | null;
  valid_until: string | null;
  review_on: string | null;
  review_due_at: string | null;
  disabled_at: string | null;
  edits: number;
  remarks: { code: string; message: string; name: string | null }[];
  /** Other settings wait to be compared. */
  has_draft: boolean;
  answers_30d: number;
  last_used_at: string | null;
}

/** What deleting a document touches. */
export interface Impact {
  chunks: number;
  answers: number;
  recent_answers: number;
  faqs: number;
  regression_questions: number | null;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Accepted {
  document_id: string;
  job_id: string | null;
  duplicate?: boolean;
}

/** One file of the batch being uploaded. */
export interface Upload {
  file: File;
  baseId: string;
  settings: Settings | null;
  state: "sending" | "queued" | "running" | "done" | "same" | "failed";
  documentId: string | null;
  jobId: string | null;
  progress: Job["progress"] | null;
  error: { code: string; message: string } | null;
}

export const BUSY: readonly DocumentStatus[] = ["queued", "parsing", "embedding"];

/** The two to four letters and the colour class of a file's kind. */
export function kindOf(name: string): { letters: string; tone: string } {
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const kinds: Record<string, [string, string]> = {
    pdf: ["PDF", "pdf"],
    docx: ["DOC", "doc"],
    xlsx: ["XLS", "xls"],
    csv: ["CSV", "csv"],
    pptx: ["PPT", "ppt"],
    html: ["WEB", "web"],
    htm: ["WEB", "web"],
    md: ["MD", ""],
    txt: ["TXT", ""],
    eml: ["EML", "eml"],
    zip: ["ZIP", ""],
  };
  const [letters, tone] = kinds[extension] ?? ["FILE", ""];
  return { letters, tone };
}

/** 4.4 kB, 1.2 MB. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "kB"] : [bytes / 1_000_000, "MB"];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}
