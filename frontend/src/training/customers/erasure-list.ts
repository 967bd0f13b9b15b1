/** The erasures: each followed while it runs, then its report by table. */
import { html, nothing, type TemplateResult } from "lit";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared } from "../../shared/i18n";
import { followJob, type Job } from "../../staff/jobs";
import { CUSTOMER_DATA, rowsByTable, say, sum, type Erasure } from "./types";

export class ErasureList extends PartElement {
  private items: Erasure[] | null = null;
  private next: string | null = null;
  private failed = false;
  private readonly jobs = new Map<string, Job | null>();
  private readonly followed = new Map<string, () => void>();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load(null);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.followed.values()) stop();
    this.followed.clear();
  }

  private async load(cursor: string | null): Promise<void> {
    try {
      const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
      const page = await ask<{ items: Erasure[]; next_cursor: string | null }>(`${CUSTOMER_DATA}/erasures${query}`);
      this.items = cursor ? [...(this.items ?? []), ...page.items] : page.items;
      this.next = page.next_cursor;
      this.failed = false;
      for (const item of page.items) if (!item.report) this.follow(item);
    } catch {
      this.failed = true;
    }
    this.requestUpdate();
  }

  /** Shows a new order at once and follows it. */
  add(ordered: Erasure): void {
    const others = (this.items ?? []).filter((one) => one.erasure_id !== ordered.erasure_id);
    this.items = [ordered, ...others];
    this.follow(ordered);
    this.requestUpdate();
  }

  private follow(item: Erasure): void {
    if (this.followed.has(item.job_id)) return;
    const stop = followJob(item.job_id, (job, over) => {
      this.jobs.set(item.job_id, job);
      if (over) void this.finish(item, job);
      this.requestUpdate();
    });
    this.followed.set(item.job_id, stop);
  }

  private async finish(item: Erasure, job: Job | null): Promise<void> {
    this.followed.delete(item.job_id);
    if (job?.state !== "succeeded") return;
    try {
      const done = await ask<Erasure>(`${CUSTOMER_DATA}/erasures/${item.erasure_id}`);
      this.items = (this.items ?? []).map((one) => (one.erasure_id === done.erasure_id ? done : one));
      this.tell("erasure-done");
    } catch {
      this.failed = true;
    }
    this.requestUpdate();
  }

  private state(item: Erasure): TemplateResult {
    const state = item.report ? "succeeded" : (this.jobs.get(item.job_id)?.state ?? "queued");
    const look = state === "succeeded" ? "ok" : state === "failed" ? "danger" : "";
    return html`<span class="badge ${look}"
      ><span class="dot"></span>${say(state === "failed" ? "failed_job" : state)}</span
    >`;
  }

  private report(item: Erasure): TemplateResult | typeof nothing {
    const report = item.report;
    const job = this.jobs.get(item.job_id);
    if (!report) return this.progress(job);
    return html`<details>
      <summary>${say("erased_rows", { rows: sum(report.rows), files: report.files })}</summary>
      ${rowsByTable(report.rows)}
      <p class="caption">${say("withdrawn", { n: report.datasets.length, m: report.models.length })}</p>
      ${
        sum(report.published)
          ? html`<p class="caption">${say("published")}</p>
              ${rowsByTable(report.published)}`
          : nothing
      }
    </details>`;
  }

  private progress(job: Job | null | undefined): TemplateResult | typeof nothing {
    if (!job) return nothing;
    if (job.state === "failed" || job.state === "cancelled")
      return html`<span>${job.error?.message ?? ""} ${say("again")}</span>`;
    const { done, total } = job.progress;
    const words = say("progress", { done, total: total ?? 0 });
    return html`<progress class="progress" aria-label=${words} max=${total || 1} value=${done}></progress>
      <span class="caption">${words}</span>`;
  }

  private table(items: readonly Erasure[]): TemplateResult {
    if (!items.length) return html`<p class="muted">${say("no_orders")}</p>`;
    const heads = ["whom", "by_whom", "reason", "state", "report"] as const;
    return html`<div class="table-scroll" tabindex="0" role="region" aria-labelledby="erasures-title">
      <table class="table customer-erasures">
        <thead>
          <tr>
            ${heads.map((head) => html`<th scope="col">${say(head)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${items.map(
            (item) =>
              html`<tr data-erasure=${item.erasure_id}>
                <td class="mono">${item.reference}</td>
                <td class="audit-at">
                  ${say("ordered", { name: item.ordered_by, at: dayAndTime(new Date(item.ordered_at)) })}
                </td>
                <td class="audit-details">${item.reason}</td>
                <td>${this.state(item)}</td>
                <td class="customer-report" aria-live="polite">${this.report(item)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  override render(): TemplateResult {
    return html`<div class="stack">
      <h2 class="title-13" id="erasures-title">${say("orders")}</h2>
      ${
        this.failed
          ? html`<div class="state">
              <h3>${say("failed")}</h3>
              <button class="button" @click=${() => void this.load(null)}>${sayShared("retry")}</button>
            </div>`
          : this.items
            ? this.table(this.items)
            : html`<div class="skeleton review-skeleton" aria-busy="true"></div>`
      }
      ${this.next ? html`<button class="button" @click=${() => void this.load(this.next)}>${say("more")}</button>` : nothing}
    </div>`;
  }
}

customElements.define("erasure-list", ErasureList);

declare global {
  interface HTMLElementTagNameMap {
    "erasure-list": ErasureList;
  }
}
