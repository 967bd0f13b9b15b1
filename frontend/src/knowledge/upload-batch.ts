/** The files being uploaded now: each with its progress, or the sentence of what went wrong. */
import { html, nothing, type TemplateResult } from "lit";
import { CircleX } from "lucide";
import documents from "../../texts/documents.json";
import { ask, Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { say as sayShared, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { followJob, type Job } from "../staff/jobs";
import type { Settings } from "./original/parse-form";
import { kindOf, type Accepted, type DocumentItem, type Upload } from "./types";

const say = sentences(documents);
const AT_ONCE = 3;

export class UploadBatch extends PartElement {
  private uploads: Upload[] = [];
  private readonly stops = new Set<() => void>();

  /** Takes files into the batch and sends them, a few at a time. */
  async send(files: readonly File[], baseId = "", settings: Settings | null = null): Promise<void> {
    const fresh = files.map((file): Upload => {
      return { file, baseId, settings, state: "sending", documentId: null, jobId: null, progress: null, error: null };
    });
    this.uploads = [...this.uploads, ...fresh];
    this.requestUpdate();
    const waiting = [...fresh];
    const lane = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await this.sendOne(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.stops) stop();
  }

  private change(upload: Upload, change: Partial<Upload>): void {
    Object.assign(upload, change);
    this.requestUpdate();
    this.tell("documents-changed");
  }

  private async sendOne(upload: Upload): Promise<void> {
    const body = new FormData();
    body.append("file", upload.file);
    if (upload.baseId) body.append("base_id", upload.baseId);
    if (upload.settings) body.append("settings", JSON.stringify(upload.settings));
    try {
      const accepted = await ask<Accepted>("/api/v1/documents", { method: "POST", body, timeoutMs: 600_000 });
      if (accepted.duplicate) {
        const same = await ask<DocumentItem>(`/api/v1/documents/${accepted.document_id}`);
        this.change(upload, { state: "same", error: { code: "", message: say("same", { title: same.title }) } });
        return;
      }
      this.change(upload, { state: "queued", documentId: accepted.document_id, jobId: accepted.job_id });
      if (accepted.job_id) this.follow(upload, accepted.job_id);
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0, "network", "");
      const message = problem.status === 0 ? sayShared("network") : problem.detail;
      this.change(upload, { state: "failed", error: { code: problem.code, message } });
    }
  }

  private follow(upload: Upload, jobId: string): void {
    const stop = followJob(jobId, (job, over) => {
      if (over) this.stops.delete(stop);
      if (job?.state === "queued" || job?.state === "running")
        this.change(upload, { state: job.state, progress: job.progress });
      else if (job?.state === "succeeded") this.change(upload, { state: "done", progress: job.progress });
      else void this.explain(upload, job);
    });
    this.stops.add(stop);
  }

  private async explain(upload: Upload, job: Job | null): Promise<void> {
    let error = job?.error ?? { code: job?.state ?? "failed", message: say("state_failed") };
    if (upload.documentId) {
      const document = await ask<DocumentItem>(`/api/v1/documents/${upload.documentId}`).catch(() => null);
      error = document?.error ?? error;
    }
    this.change(upload, { state: "failed", error });
  }

  private row(upload: Upload): TemplateResult {
    const kind = kindOf(upload.file.name);
    return html`
      <li class="batch-row ${upload.state}">
        <span class="kind ${kind.tone}">${kind.letters}</span>
        <span class="ellipsis batch-name">${upload.file.name}</span>
        ${upload.error ? this.sentence(upload) : this.bar(upload)}
      </li>
    `;
  }

  private sentence(upload: Upload): TemplateResult {
    const failed = upload.state === "failed";
    return html`
      <span class="batch-sentence ${failed ? "danger-text" : "muted"}">
        ${failed ? icon(CircleX, 14) : nothing} ${upload.error?.message ?? ""}
        ${failed ? html`<code class="mono">${upload.error?.code ?? ""}</code>` : nothing}
      </span>
      ${
        failed
          ? html`<button class="button small" @click=${() => this.retry(upload)}>${say("again")}</button>`
          : nothing
      }
    `;
  }

  private retry(upload: Upload): void {
    this.uploads = this.uploads.filter((other) => other !== upload);
    void this.send([upload.file], upload.baseId, upload.settings);
  }

  private bar(upload: Upload): TemplateResult {
    const { done, total, unit } = upload.progress ?? { done: 0, total: null, unit: "" };
    const share = upload.state === "done" ? 1 : total ? done / total : 0;
    const words =
      upload.state === "sending"
        ? say("sending")
        : upload.state === "queued"
          ? say("waiting")
          : upload.state === "done"
            ? say("state_ready")
            : total
              ? say(unit === "pages" ? "progress_pages" : "progress", { done, total })
              : say("state_parsing");
    const waiting = upload.state === "queued" || upload.state === "sending";
    return html`
      <span
        class="progress ${waiting ? "waiting" : ""}"
        role="progressbar"
        aria-label=${upload.file.name}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(share * 100)}
        aria-valuetext=${words}
      >
        <span style="width: ${share * 100}%"></span>
      </span>
      <span class="caption batch-words">${words}</span>
    `;
  }

  override render(): TemplateResult | typeof nothing {
    if (this.uploads.length === 0) return nothing;
    const count = (...states: Upload["state"][]) => this.uploads.filter((u) => states.includes(u.state)).length;
    return html`
      <section class="card batch" aria-label=${say("batch", { n: this.uploads.length })}>
        <header class="row">
          <b>${say("batch", { n: this.uploads.length })}</b>
          <span class="caption">
            ${say("batch_facts", {
              done: count("done", "same"),
              running: count("sending", "queued", "running"),
              failed: count("failed"),
            })}
          </span>
          <button class="button ghost small push" @click=${() => this.fold()}>${say("fold")}</button>
        </header>
        <ul>
          ${this.uploads.map((upload) => this.row(upload))}
        </ul>
      </section>
    `;
  }

  private fold(): void {
    this.uploads = this.uploads.filter((u) => !["done", "same", "failed"].includes(u.state));
    this.requestUpdate();
  }
}

customElements.define("upload-batch", UploadBatch);

declare global {
  interface HTMLElementTagNameMap {
    "upload-batch": UploadBatch;
  }
}
