/** The audit trail: who did what, by time, action and words; as CSV; and whether its chain holds. */
import { html, nothing, type TemplateResult } from "lit";
import { Download, ShieldCheck } from "lucide";
import accounts from "../../texts/accounts.json";
import { ask, Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { dayAndTime, say as sayShared, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { toast } from "../staff/toast";

const say = sentences(accounts);

interface Entry {
  entry_id: string;
  at: string;
  actor_kind: string;
  actor_name: string;
  action: string;
  subject: string;
  details: Record<string, unknown>;
}

interface Verdict {
  holds: boolean;
  entries: number;
  broken_at: number | null;
}

export class KefuAudit extends PartElement {
  private items: Entry[] | null = null;
  private next: string | null = null;
  private wanted: Record<string, string> = {};
  private verdict: Verdict | null = null;
  private failed = false;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    void this.load(null);
  }

  private async load(cursor: string | null): Promise<void> {
    const query = new URLSearchParams({ ...this.wanted, ...(cursor ? { cursor } : {}) });
    try {
      const page = await ask<{ items: Entry[]; next_cursor: string | null }>(`/api/v1/audit?${query}`);
      this.items = cursor ? [...(this.items ?? []), ...page.items] : page.items;
      this.next = page.next_cursor;
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.requestUpdate();
  }

  private filter(event: Event): void {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const value = (name: string): string => form.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? "";
    const at = (name: string): string => (value(name) ? new Date(`${value(name)}T00:00:00`).toISOString() : "");
    const found = { action: value("action"), words: value("words"), since: at("since"), until: at("until") };
    this.wanted = Object.fromEntries(Object.entries(found).filter(([, value]) => value));
    void this.load(null);
  }

  private async verify(): Promise<void> {
    try {
      this.verdict = await ask<Verdict>("/api/v1/audit/verify", { method: "POST", timeoutMs: 120_000 });
    } catch (error) {
      toast(error instanceof Problem && error.detail ? error.detail : sayShared("network"), "alert");
    }
    this.requestUpdate();
  }

  private chain(verdict: Verdict): TemplateResult {
    const words = verdict.holds
      ? say("chain_holds", { n: verdict.entries })
      : say("chain_broken", { n: verdict.broken_at ?? 0 });
    return html`<div class="banner ${verdict.holds ? "ok" : "danger"}" role="status"><span>${words}</span></div>`;
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("audit_title")}</h1>
          <div class="caption">${say("audit_subtitle")}</div>
        </div>
        <span class="row push">
          <button class="button" @click=${() => void this.verify()}>${icon(ShieldCheck)} ${say("verify")}</button>
          <a class="button" href="/api/v1/audit/export.csv?${new URLSearchParams(this.wanted)}" download
            >${icon(Download)} CSV</a
          >
        </span>
      </header>
      <div class="page-body stack">
        ${this.verdict ? this.chain(this.verdict) : nothing}
        <form class="row staff-invite" @submit=${(event: Event) => this.filter(event)}>
          <label class="field"
            ><span class="caption">${say("action")}</span
            ><input class="input" name="action" maxlength="100" placeholder="correction."
          /></label>
          <label class="field"
            ><span class="caption">${say("words")}</span><input class="input" name="words" maxlength="200"
          /></label>
          <label class="field"
            ><span class="caption">${say("since")}</span><input class="input" name="since" type="date"
          /></label>
          <label class="field"
            ><span class="caption">${say("until")}</span><input class="input" name="until" type="date"
          /></label>
          <button class="button" type="submit">${say("filter")}</button>
        </form>
        ${
          this.failed
            ? html`<div class="state">
                <h2>${say("failed")}</h2>
                <button class="button" @click=${() => void this.load(null)}>${sayShared("retry")}</button>
              </div>`
            : nothing
        }
        ${
          this.items
            ? html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("audit_title")}>
                <table class="table">
                  <thead>
                    <tr>
                      <th scope="col">${say("at")}</th>
                      <th scope="col">${say("who")}</th>
                      <th scope="col">${say("action")}</th>
                      <th scope="col">${say("subject")}</th>
                      <th scope="col">${say("details")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${this.items.map(
                      (one) =>
                        html`<tr>
                          <td class="audit-at">${dayAndTime(new Date(one.at))}</td>
                          <td>${one.actor_name}</td>
                          <td><code>${one.action}</code></td>
                          <td class="audit-details">${one.subject}</td>
                          <td class="audit-details">${JSON.stringify(one.details)}</td>
                        </tr>`,
                    )}
                  </tbody>
                </table>
              </div>`
            : this.failed
              ? nothing
              : html`<div class="skeleton review-skeleton" aria-busy="true"></div>`
        }
        ${this.next ? html`<button class="button" @click=${() => void this.load(this.next)}>${say("more")}</button>` : nothing}
      </div>
    `;
  }
}

customElements.define("kefu-audit", KefuAudit);
