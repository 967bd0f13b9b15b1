/** The page of gaps: those most people met with first, one with its draft, and what publishing it would change. */
import { html, nothing, type TemplateResult } from "lit";
import { GitMerge, Pencil, Puzzle, RefreshCw, Split } from "lucide";
import { ask } from "../shared/api";
import { PartElement } from "../shared/element";
import { dayAndTime } from "../shared/i18n";
import { icon } from "../shared/icons";
import { emptyState, faultState, waitingState } from "../shared/states";
import { toast } from "../staff/toast";
import { followJob } from "../staff/jobs";
import { complain } from "../staff/told";
import "./before-after";
import "./correction-editor";
import { askedHow, evidenceOf, gapRow, GAPS, say, TABS, WINDOWS, type Detail, type Gap, type Tab } from "./gap-parts";

type Counts = Record<Tab | "ungrouped", number>;

export class KefuGaps extends PartElement {
  private items: Gap[] | null = null;
  private next: string | null = null;
  private counts: Counts | null = null;
  private tab: Tab = "waiting";
  private days = 14;
  private detail: Detail | null = null;
  private doing: "merge" | "split" | "ignore" | "" = "";
  private picked = new Set<string>();
  private busy = false;
  private failed = false;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.addEventListener("correction-changed", () => void this.refresh());
    const wanted = new URLSearchParams(location.search);
    this.tab = TABS.find((tab) => tab === wanted.get("tab")) ?? "waiting";
    this.days = WINDOWS.find((days) => String(days) === wanted.get("days")) ?? 14;
    void this.load(null, wanted.get("id"));
  }

  private async load(cursor: string | null, id?: string | null): Promise<void> {
    const wanted = new URLSearchParams({ tab: this.tab, days: String(this.days) });
    if (cursor) wanted.set("cursor", cursor);
    try {
      const [page, counts] = await Promise.all([
        ask<{ items: Gap[]; next_cursor: string | null }>(`${GAPS}?${wanted}`),
        ask<Counts>(`${GAPS}/counts`),
      ]);
      this.items = cursor ? [...(this.items ?? []), ...page.items] : page.items;
      this.next = page.next_cursor;
      this.counts = counts;
      this.failed = false;
      const first = this.items.find((gap) => gap.gap_id === id) ?? this.items[0];
      if (!cursor) await this.choose(id ?? first?.gap_id ?? null);
    } catch {
      this.failed = true;
    }
    this.requestUpdate();
  }

  private async choose(id: string | null): Promise<void> {
    this.doing = "";
    this.picked.clear();
    const wanted = new URLSearchParams({ tab: this.tab, days: String(this.days) });
    if (id) wanted.set("id", id);
    history.replaceState(null, "", `?${wanted}`);
    try {
      this.detail = id ? await ask<Detail>(`${GAPS}/${id}?days=${this.days}`) : null;
    } catch (error) {
      this.detail = null;
      complain(error);
    }
    this.requestUpdate();
  }

  private async refresh(id?: string): Promise<void> {
    const shown = id ?? this.detail?.gap.gap_id;
    if (!shown) return this.load(null);
    const fresh = await ask<Detail>(`${GAPS}/${shown}?days=${this.days}`).catch(() => null);
    const { state } = fresh?.gap ?? { state: "open" };
    this.tab = state === "open" || state === "drafted" ? "waiting" : state;
    await this.load(null, fresh ? shown : null);
  }

  private show(tab: Tab, days: number): void {
    this.tab = tab;
    this.days = days;
    this.items = null;
    this.detail = null;
    this.requestUpdate();
    void this.load(null);
  }

  /** Does one thing to the chosen gap, says so, and shows what became of it. */
  private async act(
    action: string,
    body: object,
    done: string,
    then?: (answer: { gap_id?: string }) => string,
  ): Promise<void> {
    const gap = this.detail?.gap;
    if (!gap || this.busy) return;
    this.busy = true;
    this.requestUpdate();
    try {
      const path = `${GAPS}/${gap.gap_id}/${action}`;
      const answer = await ask<{ gap_id?: string }>(path, { method: "POST", body: { ...body, version: gap.version } });
      toast(done);
      await this.refresh(then?.(answer) ?? gap.gap_id);
    } catch (error) {
      complain(error);
    }
    this.busy = false;
    this.requestUpdate();
  }

  private async draft(): Promise<void> {
    const gap = this.detail?.gap;
    if (!gap || this.busy) return;
    this.busy = true;
    this.requestUpdate();
    try {
      await ask(`${GAPS}/${gap.gap_id}/draft`, { method: "POST", timeoutMs: 60_000 });
      await this.refresh(gap.gap_id);
    } catch (error) {
      complain(error);
    }
    this.busy = false;
    this.requestUpdate();
  }

  private async group(): Promise<void> {
    try {
      const { job_id } = await ask<{ job_id: string | null }>(`${GAPS}/group`, { method: "POST" });
      if (job_id) followJob(job_id, (_, over) => over && void this.load(null));
      else toast(say("nothing_to_group"));
    } catch (error) {
      complain(error);
    }
  }

  private tools(gap: Gap): TemplateResult {
    const settled = gap.state === "published" || gap.state === "ignored";
    const start = (doing: typeof this.doing): void => {
      this.doing = this.doing === doing ? "" : doing;
      this.picked.clear();
      this.requestUpdate();
    };
    const button = (doing: "merge" | "split" | "ignore", mark: typeof Split): TemplateResult =>
      html`<button
        class="button ghost small"
        aria-expanded=${this.doing === doing ? "true" : "false"}
        @click=${() => start(doing)}
      >
        ${icon(mark, 14)} ${say(doing)}
      </button>`;
    if (settled)
      return html`<span class="row push"
        ><button class="button small" @click=${() => void this.act("reopen", {}, say("reopened"))}>
          ${say("reopen")}
        </button></span
      >`;
    return html`<span class="row push">
      ${gap.state === "open" ? button("merge", GitMerge) : nothing} ${button("split", Split)}
      ${gap.state === "open" ? button("ignore", Pencil) : nothing}
    </span>`;
  }

  private form(detail: Detail): TemplateResult | typeof nothing {
    if (this.doing === "split")
      return html`<div class="row gap-form">
        <span class="caption">${say("split_how")}</span>
        <button
          class="button small primary push"
          @click=${() =>
            void this.act("split", { question_ids: [...this.picked] }, say("split_done"), (one) => one.gap_id ?? "")}
        >
          ${say("split_off", { n: this.picked.size })}
        </button>
      </div>`;
    if (this.doing === "merge") {
      const others = (this.items ?? []).filter((gap) => gap.gap_id !== detail.gap.gap_id);
      return html`<form
        class="row gap-form"
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          const into = new FormData(event.target as HTMLFormElement).get("into");
          void this.act("merge", { into }, say("merge_done"), (one) => one.gap_id ?? "");
        }}
      >
        <label class="field"
          ><span class="caption">${say("merge_into")}</span>
          <select class="input" name="into">
            ${others.map((gap) => html`<option value=${gap.gap_id}>${gap.title}</option>`)}
          </select></label
        >
        <button class="button small primary" type="submit" ?disabled=${others.length === 0}>${say("merge")}</button>
      </form>`;
    }
    if (this.doing === "ignore")
      return html`<form
        class="row gap-form"
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          const reason = new FormData(event.target as HTMLFormElement).get("reason");
          void this.act("ignore", { reason }, say("ignored_done"));
        }}
      >
        <label class="field gap-reason"
          ><span class="caption">${say("ignore_why")}</span><input class="input" name="reason" maxlength="500" required
        /></label>
        <button class="button small primary" type="submit">${say("ignore")}</button>
      </form>`;
    return nothing;
  }

  private main(detail: Detail): TemplateResult {
    const { gap, correction } = detail;
    const capped = gap.asked > gap.people;
    return html`
      <section class="review-main" aria-label=${gap.title}>
        <div class="row gap-title">
          <h2 class="title-15">${gap.title}</h2>
          ${this.tools(gap)}
        </div>
        ${this.form(detail)}
        ${gap.reason ? html`<div class="banner"><span>${say("ignored_because", { reason: gap.reason })}</span></div>` : nothing}
        <section class="card">
          <div class="row">
            <b>${say("asked_how")}</b> <span class="caption figures">${gap.people}</span>
            <span class="caption push" title=${say("capped_means")}>
              ${capped ? say("capped", { asked: gap.asked, people: gap.people }) : say("since", { time: dayAndTime(new Date(gap.first_at)) })}
            </span>
          </div>
          ${askedHow(detail, this.doing === "split" ? this.picked : null, (id) => {
            if (!this.picked.delete(id)) this.picked.add(id);
            this.requestUpdate();
          })}
        </section>
        ${
          correction
            ? html`<correction-editor .correction=${correction} .mayReview=${true}></correction-editor>
                ${evidenceOf(correction.evidence)}`
            : gap.state === "open"
              ? html`<div class="state card">
                  <span class="state-mark accent">${icon(Pencil, 20)}</span>
                  <h3>${say("no_draft")}</h3>
                  <p>${say("no_draft_next")}</p>
                  <button
                    class="button primary"
                    aria-busy=${this.busy ? "true" : "false"}
                    @click=${() => void this.draft()}
                  >
                    ${say("draft")}
                  </button>
                </div>`
              : nothing
        }
      </section>
      <aside class="review-side">
        ${
          correction
            ? html`<before-after .correction=${correction}></before-after>`
            : html`<div class="state">
                <span class="state-mark">${icon(Puzzle, 20)}</span>
                <p>${say("no_draft_yet")}</p>
              </div>`
        }
      </aside>
    `;
  }

  private body(): TemplateResult {
    if (this.failed) return faultState(say("failed"), () => void this.load(null), "review-empty");
    if (!this.items) return waitingState("review-skeleton");
    if (this.items.length === 0 && !this.detail)
      return emptyState(
        Puzzle,
        say(this.tab === "waiting" ? "none_waiting" : "none"),
        say("none_next"),
        "review-empty",
      );
    return html`
      <nav class="review-list" aria-label=${say("title")}>
        <div class="row caption gap-list-head">
          <span>${say("by_people")}</span><span class="push">${say("trend", { days: this.days })}</span>
        </div>
        <ul>
          ${this.items.map((gap) =>
            gapRow(gap, gap.gap_id === this.detail?.gap.gap_id, () => void this.choose(gap.gap_id)),
          )}
        </ul>
        ${this.next ? html`<button class="button" @click=${() => void this.load(this.next)}>${say("more")}</button>` : nothing}
      </nav>
      ${this.detail ? this.main(this.detail) : nothing}
    `;
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head review-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">${say("subtitle")}</div>
        </div>
        ${
          this.counts?.ungrouped
            ? html`<button class="button small" @click=${() => void this.group()}>
                ${icon(RefreshCw, 14)} ${say("group", { n: this.counts.ungrouped })}
              </button>`
            : nothing
        }
        <div class="segment push" role="radiogroup" aria-label=${say("state")}>
          ${TABS.map(
            (tab) =>
              html`<button
                role="radio"
                aria-checked=${tab === this.tab ? "true" : "false"}
                @click=${() => this.show(tab, this.days)}
              >
                ${say(`tab_${tab}`)} <span class="count figures">${this.counts?.[tab] ?? ""}</span>
              </button>`,
          )}
        </div>
        <select
          class="input gap-days"
          aria-label=${say("window")}
          @change=${(event: Event) => this.show(this.tab, Number((event.target as HTMLSelectElement).value))}
        >
          ${WINDOWS.map((days) => html`<option value=${days} ?selected=${days === this.days}>${say("days", { n: days })}</option>`)}
        </select>
      </header>
      <div class="review">${this.body()}</div>
    `;
  }
}

customElements.define("kefu-gaps", KefuGaps);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-gaps": KefuGaps;
  }
}
