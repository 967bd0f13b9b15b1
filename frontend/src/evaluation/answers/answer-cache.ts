/** The answer cache on one line: how often it answered, what it keeps, and forgetting all of it. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { Trash2 } from "lucide";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { say } from "./types";

const API = "/api/v1/answer-cache";

interface Cache {
  enabled: boolean;
  entries: number;
  exact: number;
  near: number;
  missed: number;
  rate: number | null;
}

export class AnswerCache extends PartElement {
  @state() private cache: Cache | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    this.cache = await ask<Cache>(API).catch(() => null);
  }

  private async purge(): Promise<void> {
    const sure = { title: say("cache_purge"), text: say("cache_purge_text"), action: say("cache_purge") };
    if (!(await confirmIn(this, sure))) return;
    try {
      await ask(API, { method: "DELETE" });
      toast(say("cache_purged"));
    } catch (problem) {
      toast(problem instanceof Problem ? problem.detail : say("unreachable"), "alert");
    }
    await this.load();
  }

  override render(): TemplateResult {
    const cache = this.cache;
    if (!cache) return html``;
    const hits = cache.exact + cache.near;
    const rate = cache.rate === null ? "—" : `${(cache.rate * 100).toFixed(1)}%`;
    const words = cache.enabled
      ? say("cache_words", { rate, hits, asked: hits + cache.missed, near: cache.near, n: cache.entries })
      : say("cache_off");
    return html`<p class="row answer-cache">
      <b>${say("cache")}</b> <span>${words}</span>
      ${
        "mayWrite" in this.dataset && cache.entries
          ? html`<button class="button small push" @click=${() => void this.purge()}>
              ${icon(Trash2, 14)} ${say("cache_purge")}
            </button>`
          : nothing
      }
    </p>`;
  }
}

customElements.define("answer-cache", AnswerCache);

declare global {
  interface HTMLElementTagNameMap {
    "answer-cache": AnswerCache;
  }
}
