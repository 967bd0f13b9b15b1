/** Entries that mean the same, side by side: merge them, keeping one answer, or set them apart for good. */
import { html, nothing, type TemplateResult } from "lit";
import { ArrowLeft, CircleCheck, CopyCheck, TriangleAlert } from "lucide";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";
import { followJob, type Job } from "../../staff/jobs";
import { defined, preview, say, state } from "./parts";
import type { Faq, Pair } from "./types";

interface Pairs {
  items: Pair[];
  total: number;
  search: (Job & { finished_at: string | null }) | null;
}

export class KefuFaqPairs extends PartElement {
  private found: Pairs | null = null;
  private unfollow: (() => void) | null = null;
  private error = "";

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unfollow?.();
  }

  private get searching(): boolean {
    return ["queued", "running"].includes(this.found?.search?.state ?? "");
  }

  private async load(more = false): Promise<void> {
    try {
      const offset = more ? (this.found?.items.length ?? 0) : 0;
      const page = await ask<Pairs>(`/api/v1/faqs/pairs?limit=20&offset=${offset}`);
      this.found = more && this.found ? { ...page, items: [...this.found.items, ...page.items] } : page;
      this.error = "";
      if (this.searching && this.found.search) this.follow(this.found.search.job_id);
    } catch (error) {
      this.complain(error);
    }
    this.requestUpdate();
  }

  private complain(error: unknown): void {
    this.error = error instanceof Problem && error.status ? error.detail : sayShared("network");
    this.requestUpdate();
  }

  private follow(jobId: string): void {
    this.unfollow?.();
    this.unfollow = followJob(jobId, (_, over) => {
      if (over) void this.load();
    });
  }

  private async search(): Promise<void> {
    try {
      await ask("/api/v1/faqs/pairs/search", { method: "POST" });
      await this.load();
    } catch (error) {
      this.complain(error);
    }
  }

  private async merge(keep: Faq, remove: Faq): Promise<void> {
    const body = {
      keep_id: keep.faq_id,
      keep_version: keep.version,
      remove_id: remove.faq_id,
      remove_version: remove.version,
      answer: keep.answer,
    };
    try {
      const merged = await ask<Faq>("/api/v1/faqs/pairs/merge", { method: "POST", body });
      toast(say("merged", { n: merged.questions.length }));
      await this.load();
    } catch (error) {
      this.complain(error);
    }
  }

  private async apart(pair: Pair): Promise<void> {
    try {
      const body = { one_id: pair.one.faq_id, other_id: pair.other.faq_id };
      await ask("/api/v1/faqs/pairs/dismiss", { method: "POST", body });
      toast(say("set_apart"));
      await this.load();
    } catch (error) {
      this.complain(error);
    }
  }

  private side(faq: Faq, question: string, other: Faq): TemplateResult {
    return html`
      <div class="stack pair-side">
        <a href="/admin/faqs/${faq.faq_id}"><b>${question}</b></a>
        <span class="caption">
          ${say("phrasings", { n: faq.questions.length })} ·
          ${say("history", { by: faq.updated_by || "—", at: dayAndTime(new Date(faq.updated_at)) })}
        </span>
        ${preview(faq.answer)}
        <button
          class="button small"
          aria-label="${say("merge_keep")}: ${question}"
          @click=${() => void this.merge(faq, other)}
        >
          ${say("merge_keep")}
        </button>
      </div>
    `;
  }

  private card(pair: Pair): TemplateResult {
    const same = pair.one.answer.trim() === pair.other.answer.trim();
    return html`
      <li class="card stack">
        <div class="row">
          ${defined(say("alike", { score: pair.score.toFixed(2) }), say("alike_definition"))}
          <span class="badge ${same ? "" : "warn"}">${say(same ? "same_answer" : "other_answer")}</span>
          <button class="button ghost small push" @click=${() => void this.apart(pair)}>${say("not_same")}</button>
        </div>
        <div class="pair-columns">
          ${this.side(pair.one, pair.one_question, pair.other)} ${this.side(pair.other, pair.other_question, pair.one)}
        </div>
      </li>
    `;
  }

  private list(found: Pairs): TemplateResult {
    const look = html`<button class="button primary" @click=${() => void this.search()}>${say("pairs_first")}</button>`;
    if (this.searching)
      return html`<div class="card stack" aria-live="polite">
        <b>${say("pairs_searching")}</b>
        <span class="progress waiting" role="progressbar" aria-label=${say("pairs_searching")}><span></span></span>
      </div>`;
    if (found.items.length)
      return html`
        <ul class="pairs">
          ${found.items.map((pair) => this.card(pair))}
        </ul>
        ${
          found.items.length < found.total
            ? html`<div class="table-foot">
                <button class="button" @click=${() => void this.load(true)}>${say("more")}</button>
              </div>`
            : nothing
        }
      `;
    if (!found.search) return state(icon(CopyCheck, 20), say("pairs_never"), say("pairs_never_next"), look);
    const at = found.search.finished_at ? dayAndTime(new Date(found.search.finished_at)) : "—";
    return state(icon(CircleCheck, 20), say("pairs_none"), say("pairs_none_next", { at }), nothing);
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head">
        <div>
          <a class="caption row" href="/admin/faqs">${icon(ArrowLeft, 14)} ${say("back")}</a>
          <h1 class="title-20">${say("pairs_title")}</h1>
          <div class="caption">${this.found ? say("pairs_facts", { n: this.found.total }) : nothing}</div>
        </div>
        ${
          this.found?.search
            ? html`<button class="button push" ?disabled=${this.searching} @click=${() => void this.search()}>
                ${icon(CopyCheck)} ${say("pairs_search")}
              </button>`
            : nothing
        }
      </header>
      <div class="page-body stack">
        ${this.error ? html`<div class="banner danger" role="alert">${icon(TriangleAlert)} ${this.error}</div>` : nothing}
        ${
          this.found
            ? this.list(this.found)
            : this.error
              ? nothing
              : html`<div class="stack list-skeleton" aria-busy="true"><span class="skeleton"></span></div>`
        }
      </div>
    `;
  }
}

customElements.define("kefu-faq-pairs", KefuFaqPairs);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-faq-pairs": KefuFaqPairs;
  }
}
