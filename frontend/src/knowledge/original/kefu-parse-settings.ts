/** How a document is cut: change the settings, see which chunks would come and go, and only then accept. */
import { html, nothing, type TemplateResult } from "lit";
import { Eye, RefreshCw } from "lucide";
import parse from "../../../texts/parse.json";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";

const say = sentences(parse);
const METHODS = ["headings", "size", "qa", "rows"] as const;
const OCR = ["auto", "on", "off"] as const;
const SIZE = { min: 200, max: 4000 };
const OVERLAP = 400;
const PREVIEW_MS = 70_000;

interface Settings {
  method: (typeof METHODS)[number];
  size: number;
  overlap: number;
  ocr: (typeof OCR)[number];
}

interface Trial {
  total: number;
  added: number;
  removed: number;
  unchanged: number;
  unread_scans: number;
  chunks: {
    position: number;
    state: "added" | "unchanged";
    kind: string;
    heading_path: string[];
    page: number | null;
    text: string;
    parent: number | null;
  }[];
  removed_chunks: { chunk_id: string; position: number; text: string }[];
}

export class ParseSettings extends PartElement {
  documentId = "";
  version = 0;
  private settings: Settings | null = null;
  private trial: Trial | null = null;
  private busy: "preview" | "accept" | "" = "";
  private problem = "";

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.documentId ||= this.dataset["documentId"] ?? "";
    void this.load();
  }

  private get address(): string {
    return `/api/v1/documents/${this.documentId}`;
  }

  private async load(): Promise<void> {
    try {
      this.settings = (await ask<{ settings: Settings }>(`${this.address}/parse-settings`)).settings;
      this.problem = "";
    } catch {
      this.problem = say("failed");
    }
    this.requestUpdate();
  }

  private change(part: Partial<Settings>): void {
    if (!this.settings) return;
    this.settings = { ...this.settings, ...part };
    this.trial = null;
    this.problem = "";
    this.requestUpdate();
  }

  private number(name: "size" | "overlap", event: Event): void {
    const value = Number((event.target as HTMLInputElement).value);
    const { min, max } = name === "size" ? SIZE : { min: 0, max: OVERLAP };
    this.change({ [name]: Math.min(Math.max(Math.round(value) || min, min), max) });
    const { size = SIZE.min, overlap = 0 } = this.settings ?? {};
    if (overlap > size / 2) this.change({ overlap: Math.floor(size / 2) });
  }

  private async run(what: "preview" | "accept"): Promise<void> {
    if (this.busy) return;
    this.busy = what;
    this.problem = "";
    this.requestUpdate();
    const body = { settings: this.settings };
    try {
      if (what === "preview") {
        const options = { method: "POST", body, timeoutMs: PREVIEW_MS } as const;
        this.trial = await ask<Trial>(`${this.address}/parse-preview`, options);
      } else {
        const { job_id } = await ask<{ job_id: string }>(`${this.address}/reparse`, { method: "POST", body });
        toast(say("accepted"));
        this.trial = null;
        this.tell("document-changed", { job_id });
      }
    } catch (error) {
      this.problem = error instanceof Problem && error.detail ? error.detail : say("failed");
    }
    this.busy = "";
    this.requestUpdate();
  }

  private methods(chosen: Settings["method"]): TemplateResult {
    return html`<fieldset class="parse-methods">
      <legend class="label">${say("method")}</legend>
      ${METHODS.map(
        (method) =>
          html`<label class="parse-method ${method === chosen ? "chosen" : ""}">
            <input
              type="radio"
              name="method"
              value=${method}
              .checked=${method === chosen}
              @change=${() => this.change({ method })}
            />
            <span><b>${say(`method_${method}`)}</b><span class="help">${say(`method_${method}_help`)}</span></span>
          </label>`,
      )}
    </fieldset>`;
  }

  private numbers(settings: Settings): TemplateResult {
    const field = (name: "size" | "overlap", help: string) => html`
      <div class="field">
        <label for="parse-${name}">${say(name)}</label>
        <input
          class="input"
          id="parse-${name}"
          type="number"
          inputmode="numeric"
          step="10"
          .value=${String(settings[name])}
          aria-describedby="parse-${name}-help"
          @change=${(event: Event) => this.number(name, event)}
        />
        <span class="help" id="parse-${name}-help">${help}</span>
      </div>
    `;
    return html`
      <div class="parse-numbers">
        ${field("size", say("size_help", SIZE))} ${field("overlap", say("overlap_help", { max: OVERLAP }))}
        <div class="field">
          <label for="parse-ocr">${say("ocr")}</label>
          <select
            class="input"
            id="parse-ocr"
            @change=${(event: Event) => this.change({ ocr: (event.target as HTMLSelectElement).value as Settings["ocr"] })}
          >
            ${OCR.map((mode) => html`<option value=${mode} ?selected=${mode === settings.ocr}>${say(`ocr_${mode}`)}</option>`)}
          </select>
        </div>
      </div>
    `;
  }

  private outcome(trial: Trial): TemplateResult {
    const same = !trial.added && !trial.removed;
    const facts = { total: trial.total, added: trial.added, unchanged: trial.unchanged, removed: trial.removed };
    return html`
      <section class="stack" aria-live="polite">
        <p class="banner ${same ? "" : "info"}">${say(same ? "no_change" : "summary", facts)}</p>
        ${trial.unread_scans ? html`<p class="caption">${say("unread", { n: trial.unread_scans })}</p>` : nothing}
        <ol class="parse-list">
          ${trial.chunks.map(
            (chunk) =>
              html`<li class="card ${chunk.state}">
                <p class="caption">
                  <span class="badge ${chunk.state === "added" ? "ok" : ""}">${say(chunk.state)}</span>
                  <b>${say("chunk", { n: chunk.position + 1 })}</b>
                  ${chunk.page ? say("page", { n: chunk.page }) : nothing} ${chunk.heading_path.join(" › ")}
                  ${chunk.parent === null ? nothing : html`<span>${say("part_of", { n: chunk.parent + 1 })}</span>`}
                </p>
                <div class="chunk-text">${chunk.text}</div>
              </li>`,
          )}
          ${trial.removed_chunks.map(
            (chunk) =>
              html`<li class="card removed">
                <p class="caption">
                  <span class="badge danger">${say("removed")}</span> <b>${say("chunk", { n: chunk.position + 1 })}</b>
                </p>
                <div class="chunk-text"><del>${chunk.text}</del></div>
              </li>`,
          )}
        </ol>
        ${
          trial.total > trial.chunks.length
            ? html`<p class="caption">${say("shown", { n: trial.chunks.length })}</p>`
            : nothing
        }
      </section>
    `;
  }

  override render(): TemplateResult {
    if (!this.settings)
      return this.problem
        ? html`<div class="state">
            <p>${this.problem}</p>
            <button class="button" @click=${() => void this.load()}>${say("again")}</button>
          </div>`
        : html`<div class="skeleton" aria-busy="true"></div>`;
    const act = (what: "preview" | "accept", mark: TemplateResult, primary: boolean) => html`
      <button
        class="button ${primary ? "primary" : ""}"
        aria-busy=${this.busy === what ? "true" : "false"}
        @click=${() => void this.run(what)}
      >
        ${this.busy === what ? html`<span class="spinner"></span>` : mark} ${say(what)}
      </button>
    `;
    return html`
      <div class="parse-settings stack">
        <div>
          <h2 class="title-16">${say("title")}</h2>
          <p class="caption">${say("intro")}</p>
        </div>
        ${this.methods(this.settings.method)} ${this.numbers(this.settings)}
        ${this.problem ? html`<p class="banner danger" role="alert">${this.problem}</p>` : nothing}
        <div class="row">
          ${act("preview", icon(Eye), !this.trial)} ${this.trial ? act("accept", icon(RefreshCw), true) : nothing}
        </div>
        ${this.trial ? this.outcome(this.trial) : nothing}
      </div>
    `;
  }
}

customElements.define("kefu-parse-settings", ParseSettings);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-parse-settings": ParseSettings;
  }
}
