/** <tool-import>: the dialog that reads an OpenAPI document or lists an MCP server, and adds what is chosen. */
import { html, nothing, type TemplateResult } from "lit";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { ours, say as sayShared } from "../../shared/i18n";
import { toast } from "../../staff/toast";
import { type Drafts, say, type Source, type Tool, URL, word } from "./types";

export class ToolImport extends PartElement {
  private sources: Source[] = [];
  private known = new Set<string>();
  private source: Source | null = null;
  private drafts: Drafts | null = null;
  private chosen = new Set<string>();
  private error = "";
  private busy = false;

  async open(sources: Source[], tools: Tool[]): Promise<void> {
    this.sources = sources;
    this.known = new Set(tools.map((tool) => tool.spec.name));
    this.source = sources[0] ?? null;
    this.forget();
    await this.updateComplete;
    this.dialog.showModal();
  }

  private get dialog(): HTMLDialogElement {
    return part(this, "dialog", HTMLDialogElement);
  }

  private forget(): void {
    this.drafts = null;
    this.error = "";
    this.requestUpdate();
  }

  private async work(act: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.error = "";
    this.requestUpdate();
    try {
      await act();
    } catch (problem) {
      this.error = (problem instanceof Problem && problem.detail) || sayShared("network");
    }
    this.busy = false;
    this.requestUpdate();
  }

  private read(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    void this.work(async () => {
      const { source } = this;
      if (!source) return;
      if (source.kind === "http") {
        const file = form.get("file");
        const pasted = file instanceof File && file.size ? await file.text() : word(form, "document");
        const body = pasted.trim() ? { document: pasted } : { url: word(form, "url") };
        this.drafts = await ask<Drafts>(`${URL}/openapi`, { method: "POST", body, timeoutMs: 40_000 });
      } else this.drafts = await ask<Drafts>(`${URL}/sources/${source.source_id}/offered`, { timeoutMs: 40_000 });
      this.chosen = new Set(this.drafts.drafts.map(({ name }) => name).filter((name) => !this.known.has(name)));
    });
  }

  private add(): void {
    void this.work(async () => {
      const specs = this.drafts?.drafts.filter(({ name }) => this.chosen.has(name)) ?? [];
      const body = { source_id: this.source?.source_id, specs };
      const added = await ask<{ tool_ids: string[] }>(URL, { method: "POST", body });
      this.dialog.close();
      toast(say("added", { n: added.tool_ids.length }));
      this.tell("tools-changed", added.tool_ids[0] ?? null);
    });
  }

  private from(): TemplateResult {
    const choose = (event: Event) => {
      this.source = this.sources.find(({ source_id: id }) => id === (event.target as HTMLSelectElement).value) ?? null;
      this.forget();
    };
    const http = this.source?.kind === "http";
    return html`<form class="stack" @submit=${(event: SubmitEvent) => this.read(event)}>
      <div class="field">
        <label for="import-source">${say("server")}</label>
        <select class="input" id="import-source" @change=${choose}>
          ${this.sources.map(
            (source) =>
              html`<option value=${source.source_id} ?selected=${source === this.source}>${source.name}</option>`,
          )}
        </select>
      </div>
      ${
        http
          ? html`<div class="field">
                <label for="import-url">${say("import_url")}</label>
                <input
                  class="input"
                  id="import-url"
                  name="url"
                  type="url"
                  value=${this.source?.base_url ? `${this.source.base_url}/openapi.json` : ""}
                />
              </div>
              <div class="field">
                <label for="import-document">${say("import_paste")}</label>
                <textarea class="input mono" id="import-document" name="document" rows="4"></textarea>
              </div>
              <div class="field">
                <label for="import-file">${say("import_file")}</label>
                <input type="file" id="import-file" name="file" accept=".json,.yaml,.yml" />
              </div>`
          : nothing
      }
      <button class="button" aria-busy=${String(this.busy)}>${say(http ? "import_read" : "import_from_mcp")}</button>
    </form>`;
  }

  private choices({ drafts, problems }: Drafts): TemplateResult {
    const flip = (name: string) => {
      if (!this.chosen.delete(name)) this.chosen.add(name);
      this.requestUpdate();
    };
    return html`<fieldset class="stack tool-drafts">
        <legend class="title-13">${say("import_choose")}</legend>
        ${drafts.map(
          (draft) =>
            html`<label class="row">
              <input
                type="checkbox"
                class="checkbox"
                .checked=${this.chosen.has(draft.name)}
                ?disabled=${this.known.has(draft.name)}
                @change=${() => flip(draft.name)}
              />
              <span
                ><span class="mono">${draft.name}</span>
                <span class="caption">${ours(draft.title)} · ${say(`effect_${draft.effect}`)}</span></span
              >
              ${this.known.has(draft.name) ? html`<span class="badge push">${say("import_known")}</span>` : nothing}
            </label>`,
        )}
      </fieldset>
      ${
        problems.length
          ? html`<details>
              <summary>${say("import_problems", { n: problems.length })}</summary>
              <ul class="caption">
                ${problems.map((one) => html`<li>${one}</li>`)}
              </ul>
            </details>`
          : nothing
      }`;
  }

  override render(): TemplateResult {
    return html`<dialog class="dialog tool-dialog" aria-labelledby="import-title">
      <div class="stack">
        <h2 class="title-15" id="import-title">${say("import_title")}</h2>
        ${this.from()} ${this.drafts ? this.choices(this.drafts) : nothing}
        ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
        <div class="row dialog-actions">
          <button type="button" class="button push" @click=${() => this.dialog.close()}>${say("cancel")}</button>
          <button
            type="button"
            class="button primary"
            ?disabled=${!this.drafts || this.chosen.size === 0}
            @click=${() => this.add()}
          >
            ${say("import_do", { n: this.drafts ? this.chosen.size : 0 })}
          </button>
        </div>
      </div>
    </dialog>`;
  }
}

customElements.define("tool-import", ToolImport);
