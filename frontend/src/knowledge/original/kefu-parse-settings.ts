/** How a document is cut: change the settings, compare a draft with what search has, and only then take it. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { GitCompareArrows } from "lucide";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { told } from "../../staff/told";
import "../drafts/draft-panel";
import { say, type Draft } from "../drafts/types";
import "./parse-form";
import type { Settings } from "./parse-form";

export class ParseSettings extends PartElement {
  @property({ attribute: false }) documentId = "";
  @state() private settings: Settings | null = null;
  @state() private draft: Draft | null = null;
  @state() private opening = false;
  @state() private problem = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private get address(): string {
    return `/api/v1/documents/${this.documentId}`;
  }

  /** The draft's settings while there is one, else those of the document. */
  private async load(): Promise<void> {
    try {
      const present = await ask<{ settings: Settings; has_draft: boolean }>(`${this.address}/parse-settings`);
      this.draft = present.has_draft ? await ask<Draft>(`${this.address}/draft`) : null;
      this.settings = this.draft?.settings ?? present.settings;
      this.problem = "";
    } catch (error) {
      this.problem = told(error);
    }
  }

  private async open(): Promise<void> {
    if (this.opening) return;
    this.opening = true;
    this.problem = "";
    try {
      await ask(`${this.address}/draft`, { method: "POST", body: { settings: this.settings } });
      await this.load();
    } catch (error) {
      this.problem = told(error);
    }
    this.opening = false;
  }

  override render(): TemplateResult {
    if (!this.settings)
      return this.problem
        ? html`<div class="state">
            <p>${this.problem}</p>
            <button class="button" @click=${() => void this.load()}>${say("again")}</button>
          </div>`
        : html`<div class="skeleton" aria-busy="true"></div>`;
    return html`
      <div class="parse-settings stack">
        <div>
          <h2 class="title-16">${say("title")}</h2>
          <p class="caption">${say("intro")}</p>
        </div>
        <parse-form
          .settings=${this.settings}
          @settings-changed=${(event: CustomEvent<Settings>) => (this.settings = event.detail)}
        ></parse-form>
        ${this.problem ? html`<p class="banner danger" role="alert">${this.problem}</p>` : nothing}
        <div>
          <button
            class="button ${this.draft ? "" : "primary"}"
            aria-busy=${this.opening}
            @click=${() => void this.open()}
          >
            ${this.opening ? html`<span class="spinner"></span>` : icon(GitCompareArrows)}
            ${say(this.draft ? "compare_again" : "compare")}
          </button>
        </div>
        ${
          this.draft
            ? html`<draft-panel
                .documentId=${this.documentId}
                .draft=${this.draft}
                @draft-changed=${() => void this.load()}
              ></draft-panel>`
            : nothing
        }
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
