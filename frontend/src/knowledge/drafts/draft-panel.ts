/** A draft of other settings: how far it is, what it would change and lose, and the choice to take or drop it. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { Check, Trash2 } from "lucide";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { confirmIn } from "../../staff/confirm-dialog";
import { followJob, type Job } from "../../staff/jobs";
import { complain } from "../../staff/told";
import { toast } from "../../staff/toast";
import { changes } from "../document/chunks";
import "./draft-groups";
import { say, type Draft, type Lost } from "./types";

const ACCEPT_MS = 300_000;

/** Tells `draft-changed` when it should be asked for again, and `document-changed` once it was taken. */
export class DraftPanel extends PartElement {
  @property({ attribute: false }) documentId = "";
  @property({ attribute: false }) draft!: Draft;
  @state() private job: Job | null = null;
  @state() private accepting = false;
  private followed = "";
  private stop: (() => void) | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    this.followed = "";
  }

  protected override willUpdate(): void {
    const jobId = this.draft.state === "running" ? (this.draft.job_id ?? "") : "";
    if (jobId === this.followed) return;
    this.stop?.();
    this.followed = jobId;
    this.job = null;
    if (!jobId) return;
    this.stop = followJob(jobId, (job, over) => {
      this.job = job;
      if (over) this.tell("draft-changed");
    });
  }

  private get address(): string {
    return `/api/v1/documents/${this.documentId}/draft`;
  }

  private async accept(): Promise<void> {
    if (this.accepting) return;
    const { lost_total: lost, version, edits } = this.draft;
    const question = {
      title: say("accept_title"),
      text: say(lost ? "accept_text_lost" : "accept_text", {
        before: this.draft.present,
        after: this.draft.total,
        lost,
      }),
      action: say("accept"),
    };
    if (!(await confirmIn(this, question, lost ? "danger" : "primary"))) return;
    this.accepting = true;
    try {
      await ask(`${this.address}/accept`, { method: "POST", body: { version, edits }, timeoutMs: ACCEPT_MS });
      toast(say("accepted", { n: this.draft.total }));
      this.tell("document-changed");
    } catch (error) {
      complain(error);
    }
    this.accepting = false;
    this.tell("draft-changed");
  }

  private async discard(): Promise<void> {
    try {
      await ask(this.address, { method: "DELETE" });
      toast(say("discarded"));
    } catch (error) {
      complain(error);
    }
    this.tell("draft-changed");
  }

  private running(): TemplateResult {
    const { done, total, unit } = this.job?.progress ?? { done: 0, total: null, unit: "" };
    const words = total ? say(unit === "pages" ? "reading_pages" : "reading", { done, total }) : say("reading_begins");
    return html`
      <progress
        class="progress ${total ? "" : "waiting"}"
        max=${total ?? 1}
        value=${total ? done : 0}
        aria-label=${words}
      ></progress>
      <div class="row">
        <span class="caption" role="status">${words}</span>
        <button class="button small push" @click=${() => void this.discard()}>${say("stop")}</button>
      </div>
    `;
  }

  private lost(lost: readonly Lost[], total: number): TemplateResult {
    return html`<details class="banner warn draft-lost" ?open=${total < 4}>
      <summary>${say("lost", { n: total })}</summary>
      <ul class="stack">
        ${lost.map(
          (one) =>
            html`<li>
              <span class="caption">${[one.heading_path.at(-1), one.by].filter(Boolean).join(" · ")}</span>
              ${one.disabled ? html`<span class="badge warn">${say("disabled")}</span>` : nothing}
              <div class="chunk-diff chunk-words">${changes(one.original_text, one.text)}</div>
            </li>`,
        )}
      </ul>
    </details>`;
  }

  private ready(draft: Draft): TemplateResult {
    const { counts } = draft;
    const same = draft.present === draft.total && counts.same === draft.total;
    return html`
      <p class="banner ${same ? "" : "info"}" role="status">
        ${say(same ? "no_change" : "summary", {
          before: draft.present,
          total: draft.total,
          same: counts.same ?? 0,
          different: (counts.changed ?? 0) + (counts.recut ?? 0),
          gone: counts.gone ?? 0,
          fresh: counts.new ?? 0,
        })}
      </p>
      ${draft.unread_pages ? html`<p class="banner warn">${say("unread", { n: draft.unread_pages })}</p>` : nothing}
      ${
        draft.low_pages.length
          ? html`<p class="banner warn">${say("low_pages", { pages: draft.low_pages.join(say("separator")) })}</p>`
          : nothing
      }
      ${draft.lost_total ? this.lost(draft.lost, draft.lost_total) : nothing}
      ${draft.hand_kept ? html`<p class="caption">${say("kept", { n: draft.hand_kept })}</p>` : nothing}
      <div class="row">
        <button class="button primary" aria-busy=${this.accepting} @click=${() => void this.accept()}>
          ${this.accepting ? html`<span class="spinner"></span>` : icon(Check)} ${say("accept")}
        </button>
        <button class="button" ?disabled=${this.accepting} @click=${() => void this.discard()}>
          ${icon(Trash2)} ${say("discard")}
        </button>
      </div>
      ${same ? nothing : html`<draft-groups .documentId=${this.documentId} .draft=${draft}></draft-groups>`}
    `;
  }

  private over(words: string): TemplateResult {
    return html`<p class="banner danger" role="alert">${words}</p>
      <div><button class="button" @click=${() => void this.discard()}>${icon(Trash2)} ${say("discard")}</button></div>`;
  }

  private body(draft: Draft): TemplateResult {
    if (draft.state === "running") return this.running();
    if (draft.state === "failed") return this.over(draft.error?.message ?? say("failed"));
    return draft.outdated ? this.over(say("outdated")) : this.ready(draft);
  }

  override render(): TemplateResult {
    const { draft } = this;
    const at = dayAndTime(new Date(draft.created_at));
    return html`<section class="stack draft-panel" aria-label=${say("draft")}>
      <header>
        <h2 class="title-16">${say("draft")}</h2>
        <p class="caption">
          ${say("draft_facts", { by: draft.created_by, at, method: say(`method_${draft.settings.method}`) })}
        </p>
      </header>
      ${this.body(draft)}
    </section>`;
  }
}

customElements.define("draft-panel", DraftPanel);

declare global {
  interface HTMLElementTagNameMap {
    "draft-panel": DraftPanel;
  }
}
