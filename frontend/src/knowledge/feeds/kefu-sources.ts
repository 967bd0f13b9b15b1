/** The page of sources: what is read, how it stands, when it is read again; the chosen one's report below. */
import { html, nothing, type TemplateResult } from "lit";
import { FolderSync, Pencil, Plus, RefreshCw, Trash2, TriangleAlert } from "lucide";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { SourceFormElement } from "./source-form";
import "./source-report";
import { doneOf, isOpen, say, SOURCES, type Page, type Run, type Source } from "./types";

const AGAIN_S = 5;
const LOOK_EVERY_MS = 1_200;
const IDLE_MS = 20_000;
const TONES = { queued: "", running: "accent", succeeded: "ok", failed: "danger", cancelled: "" } as const;
const KIND_TONES = { folder: "doc", page: "web", sitemap: "web", site: "web" } as const;

export class KefuSources extends PartElement {
  private items: Source[] | null = null;
  private chosen = new URLSearchParams(location.search).get("source") ?? "";
  private failed = false;
  private timer = 0;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.addEventListener("source-saved", (event) => void this.saved((event as CustomEvent).detail as Saved));
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private async load(): Promise<void> {
    clearTimeout(this.timer);
    try {
      this.items = (await ask<Page<Source>>(`${SOURCES}?limit=100`)).items;
      this.failed = false;
    } catch {
      this.failed = true;
    }
    const busy = this.items?.some((source) => isOpen(source.last_run));
    const wait = this.failed ? AGAIN_S * 1000 : busy ? LOOK_EVERY_MS : IDLE_MS;
    if (this.isConnected) this.timer = window.setTimeout(() => void this.load(), wait);
    this.requestUpdate();
  }

  private get current(): Source | null {
    return this.items?.find((source) => source.source_id === this.chosen) ?? this.items?.[0] ?? null;
  }

  private choose(source: Source): void {
    this.chosen = source.source_id;
    history.replaceState(null, "", `?source=${source.source_id}`);
    this.requestUpdate();
  }

  private form(source: Source | null): void {
    void part(this, "source-form", SourceFormElement).open(source);
  }

  private async saved({ source, sync }: Saved): Promise<void> {
    this.choose(source);
    if (sync) await this.sync(source);
    else toast(say("saved", { name: source.name }));
    await this.load();
  }

  private async order(path: string, done: string, method: "POST" | "DELETE" = "POST"): Promise<void> {
    try {
      await ask(path, method === "POST" ? { method, body: {} } : { method });
      toast(done);
    } catch (error) {
      toast(error instanceof Problem && error.detail ? error.detail : sayShared("network"), "alert");
    }
    await this.load();
  }

  private sync(source: Source): Promise<void> {
    this.choose(source);
    return this.order(`${SOURCES}/${source.source_id}/sync`, say("started", { name: source.name }));
  }

  private async deleteAsked(source: Source): Promise<void> {
    const sure = await confirmIn(this, {
      title: say("delete_title", { name: source.name }),
      text: say("delete_text", { n: source.documents }),
      action: say("delete_do"),
    });
    const path = `${SOURCES}/${source.source_id}?version=${source.version}`;
    if (sure) await this.order(path, say("deleted", { name: source.name }), "DELETE");
  }

  private state(source: Source): TemplateResult {
    const run = source.last_run;
    if (!run) return html`<span class="caption">${say("never")}</span>`;
    if (isOpen(run)) return this.progress(run);
    const partly = run.state === "succeeded" && run.failed > 0;
    return html`
      <span class="badge ${partly ? "warn" : TONES[run.state]}">
        <span class="dot"></span>${partly ? say("state_partly", { n: run.failed }) : say(`state_${run.state}`)}
      </span>
      ${run.error ? html`<div class="row-error danger-text">${run.error.message}</div>` : nothing}
    `;
  }

  private progress(run: Run): TemplateResult {
    const done = doneOf(run);
    const total = done + run.waiting;
    const words = say("progress", { done, total });
    return html`
      <span class="row source-progress">
        <span
          class="progress ${run.state === "queued" ? "waiting" : ""}"
          role="progressbar"
          aria-label=${say(`state_${run.state}`)}
          aria-valuenow=${total ? Math.round((100 * done) / total) : 0}
          aria-valuetext=${words}
          ><span style="width: ${total ? (100 * done) / total : 0}%"></span
        ></span>
        <span class="caption figures">${words}</span>
        ${
          run.job_id
            ? html`<button
                class="link-button"
                @click=${() => void this.order(`/api/v1/jobs/${run.job_id}/cancel`, say("cancelled"))}
              >
                ${say("cancel_run")}
              </button>`
            : nothing
        }
      </span>
    `;
  }

  private row(source: Source): TemplateResult {
    const { name, last_run: run, next_run_at: next } = source;
    const action = (label: string, mark: TemplateResult, act: () => void, off = false) => html`
      <button class="button ghost icon-only small" aria-label=${label} title=${label} ?disabled=${off} @click=${act}>
        ${mark}
      </button>
    `;
    return html`
      <tr aria-selected=${source === this.current ? "true" : "false"}>
        <td class="source-name">
          <span class="row">
            <span class="kind ${KIND_TONES[source.kind]}" title=${say(`kind_${source.kind}`)}
              >${say(`short_${source.kind}`)}</span
            >
            <button class="link-button ellipsis" @click=${() => this.choose(source)}>${name}</button>
          </span>
          <div class="caption ellipsis source-address">${source.address}</div>
        </td>
        <td>${this.state(source)}</td>
        <td class="number">
          ${source.documents}
          ${source.missing ? html`<div class="caption">${say("missing_n", { n: source.missing })}</div>` : nothing}
        </td>
        <td class="wide-only figures">${run ? dayAndTime(new Date(run.created_at)) : "—"}</td>
        <td class="wide-only figures">${next ? dayAndTime(new Date(next)) : say("by_hand")}</td>
        <td class="number source-actions">
          ${action(say("sync_of", { name }), icon(RefreshCw), () => void this.sync(source), isOpen(run))}
          ${action(say("edit_of", { name }), icon(Pencil), () => this.form(source))}
          ${action(say("delete_of", { name }), icon(Trash2), () => void this.deleteAsked(source))}
        </td>
      </tr>
    `;
  }

  private table(items: Source[]): TemplateResult {
    return html`
      <div class="table-scroll">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${say("name")}</th>
              <th scope="col">${say("state")}</th>
              <th scope="col" class="number">${say("documents")}</th>
              <th scope="col" class="wide-only">${say("last")}</th>
              <th scope="col" class="wide-only">${say("next")}</th>
              <th scope="col"><span class="visually-hidden">${say("actions")}</span></th>
            </tr>
          </thead>
          <tbody>
            ${items.map((source) => this.row(source))}
          </tbody>
        </table>
      </div>
    `;
  }

  private body(): TemplateResult {
    if (this.items?.length)
      return html`${this.table(this.items)}<source-report .source=${this.current}></source-report>`;
    if (this.failed)
      return html`<div class="state">
        <span class="state-mark danger">${icon(TriangleAlert, 20)}</span>
        <h2>${say("fetch_failed", { seconds: AGAIN_S })}</h2>
      </div>`;
    if (!this.items) return html`<div class="skeleton run-skeleton" aria-busy="true"></div>`;
    return html`<div class="state">
      <span class="state-mark">${icon(FolderSync, 20)}</span>
      <h2>${say("empty")}</h2>
      <p>${say("empty_next")}</p>
      <div class="actions">
        <button class="button primary" @click=${() => this.form(null)}>${icon(Plus)} ${say("add")}</button>
      </div>
    </div>`;
  }

  override render(): TemplateResult {
    const documents = (this.items ?? []).reduce((sum, source) => sum + source.documents, 0);
    const facts = this.items?.length ? say("facts", { n: this.items.length, documents }) : say("subtitle");
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">${facts}</div>
        </div>
        <button class="button primary push" @click=${() => this.form(null)}>${icon(Plus)} ${say("add")}</button>
      </header>
      <div class="page-body stack">${this.body()}</div>
      <source-form data-roots=${this.dataset["roots"] ?? ""}></source-form>
    `;
  }
}

interface Saved {
  source: Source;
  sync: boolean;
}

customElements.define("kefu-sources", KefuSources);
