/** A dialog that shows how a file would be cut with chosen settings, before it is uploaded with them. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { Eye, Upload } from "lucide";
import { ask } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { told } from "../../staff/told";
import "../original/parse-form";
import { USUAL, type Settings } from "../original/parse-form";
import { say, type Cut } from "./types";

const PREVIEW_MS = 90_000;

export interface Wanted {
  file: File;
  settings: Settings;
}

interface Trial {
  total: number;
  unread_scans: number;
  archive: boolean;
  chunks: Cut[];
}

/** Tells `upload-wanted` with the file and the settings. */
export class TryUpload extends PartElement {
  @state() private opened = false;
  @state() private file: File | null = null;
  @state() private settings: Settings = USUAL;
  @state() private trial: Trial | null = null;
  @state() private busy = false;
  @state() private problem = "";

  private get dialog(): HTMLDialogElement {
    return part(this, "dialog", HTMLDialogElement);
  }

  /** Opens with nothing chosen. */
  async open(): Promise<void> {
    [this.opened, this.file, this.trial, this.problem] = [true, null, null, ""];
    await this.updateComplete;
    this.dialog.showModal();
  }

  private change(settings: Settings): void {
    [this.settings, this.trial, this.problem] = [settings, null, ""];
  }

  private async preview(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (!this.file || this.busy) return;
    const body = new FormData();
    body.append("file", this.file);
    body.append("settings", JSON.stringify(this.settings));
    [this.busy, this.problem] = [true, ""];
    try {
      this.trial = await ask<Trial>("/api/v1/documents/preview", { method: "POST", body, timeoutMs: PREVIEW_MS });
    } catch (error) {
      this.problem = told(error);
    }
    this.busy = false;
  }

  private upload(): void {
    if (!this.file) return;
    const wanted: Wanted = { file: this.file, settings: this.settings };
    this.tell("upload-wanted", wanted);
    this.dialog.close();
  }

  private result(trial: Trial): TemplateResult {
    if (trial.archive) return html`<p class="banner info" role="status">${say("try_archive")}</p>`;
    return html`
      <p class="banner info" role="status">${say("try_total", { total: trial.total })}</p>
      ${trial.unread_scans ? html`<p class="caption">${say("try_unread", { n: trial.unread_scans })}</p>` : nothing}
      <ol class="parse-list try-list" tabindex="0" aria-label=${say("try_total", { total: trial.total })}>
        ${trial.chunks.map(
          (cut) =>
            html`<li class="card">
              <p class="caption">
                <b>${say("chunk", { n: cut.position + 1 })}</b>
                ${cut.page ? say("page", { n: cut.page }) : nothing} ${cut.heading_path.join(" › ")}
              </p>
              <div class="chunk-words words">${cut.text}</div>
            </li>`,
        )}
      </ol>
      ${
        trial.total > trial.chunks.length
          ? html`<p class="caption">${say("try_shown", { n: trial.chunks.length })}</p>`
          : nothing
      }
    `;
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.opened) return nothing;
    const picked = (event: Event) => {
      this.file = (event.target as HTMLInputElement).files?.[0] ?? null;
      [this.trial, this.problem] = [null, ""];
    };
    return html`<dialog class="dialog broad" aria-labelledby="try-title" @close=${() => (this.opened = false)}>
      <h2 id="try-title">${say("try_title")}</h2>
      <form class="stack" @submit=${(event: SubmitEvent) => void this.preview(event)}>
        <p class="muted">${say("try_intro")}</p>
        <div class="field">
          <label for="try-file">${say("try_file")}</label>
          <input class="input" id="try-file" type="file" required @change=${picked} />
        </div>
        <parse-form
          .settings=${this.settings}
          @settings-changed=${(event: CustomEvent<Settings>) => this.change(event.detail)}
        ></parse-form>
        ${this.problem ? html`<p class="banner danger" role="alert">${this.problem}</p>` : nothing}
        ${this.trial ? this.result(this.trial) : nothing}
        <div class="actions">
          <button type="button" class="button" @click=${() => this.dialog.close()}>${say("close")}</button>
          <button class="button ${this.trial ? "" : "primary"}" aria-busy=${this.busy} ?disabled=${!this.file}>
            ${this.busy ? html`<span class="spinner"></span>` : icon(Eye)} ${say("try")}
          </button>
          ${
            this.trial
              ? html`<button type="button" class="button primary" @click=${() => this.upload()}>
                  ${icon(Upload)} ${say("try_upload")}
                </button>`
              : nothing
          }
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("try-upload", TryUpload);

declare global {
  interface HTMLElementTagNameMap {
    "try-upload": TryUpload;
  }
}
