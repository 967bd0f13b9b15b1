/** What is found of a customer and what an erasure reports, as the server tells it. */
import { html, type TemplateResult } from "lit";
import texts from "../../../texts/customer_data.json";
import { sentences } from "../../shared/i18n";

export const CUSTOMER_DATA = "/api/v1/customer-data";
export const say = sentences(texts);
export type Counts = Record<string, number>;
export type Wanted = { user_id: string } | { conversation_id: string };

export interface Found {
  user_id: string | null;
  name: string | null;
  first_at: string | null;
  last_at: string | null;
  rows: Counts;
  published: Counts;
  datasets: number;
  models: number;
}

export interface Erasure {
  erasure_id: string;
  job_id: string;
  reference: string;
  reason: string;
  ordered_by: string;
  ordered_at: string;
  ended_at: string | null;
  report: {
    rows: Counts;
    files: number;
    datasets: string[];
    models: string[];
    published: Counts;
  } | null;
}

export function sum(counts: Counts): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}

/** Tables with their rows; the names are those of the database and of the files in an export. */
export function rowsByTable(counts: Counts): TemplateResult {
  return html`<dl class="customer-rows">
    ${Object.entries(counts)
      .sort()
      .map(
        ([table, rows]) =>
          html`<div>
            <dt class="mono">${table}</dt>
            <dd>${rows}</dd>
          </div>`,
      )}
  </dl>`;
}
