/** Reading a training file in: look first, map what is unknown, then import; and the files read in so far. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { FileUp } from "lucide";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";
import { ask, attempt, DATASETS, given, named, say, type Import, type Look, type Paged, type Refusal } from "./types";

const PATHS = ["rows", "turns", "text", "role", "question", "answer"] as const;

export class TrainingImports extends PartElement {
  @property({ attribute: false }) mayImport = false;
  @state() private imports: Import[] | null = null;
  @state() private file: File | null = null;
  @state() private look: Look | null = null;
  @state() private busy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  async load(): Promise<void> {
    await attempt(async () => {
      this.imports = (await ask<Paged<Import>>(`${DATASETS}/imports?limit=20`)).items;
    });
  }

  private order(): FormData {
    const body = new FormData();
    if (this.file) body.set("file", this.file);
    const form = this.querySelector<HTMLFormElement>(".mapping-form");
    if (!form) return body;
    const said = new FormData(form);
    const told: Record<string, string> = {};
    for (const name of PATHS) {
      const path = given(said, name);
      if (path) told[name] = path;
    }
    if (told["turns"] || (told["question"] && told["answer"])) body.set("mapping", JSON.stringify(told));
    for (const name of ["is_base", "reviewed"]) if (said.get(name)) body.set(name, "true");
    return body;
  }

  private async lookAt(): Promise<void> {
    this.busy = true;
    await attempt(async () => {
      const body = this.order();
      body.delete("is_base");
      body.delete("reviewed");
      this.look = await ask<Look>(`${DATASETS}/imports/look`, { method: "POST", body, timeoutMs: 120_000 });
    });
    this.busy = false;
  }

  private async take(): Promise<void> {
    this.busy = true;
    await attempt(async () => {
      const made = await ask<Import>(`${DATASETS}/imports`, { method: "POST", body: this.order(), timeoutMs: 120_000 });
      toast(say("imported", { taken: made.taken, known: made.known, refused: made.refused }));
      this.file = this.look = null;
      await this.load();
    });
    this.busy = false;
  }

  private chosen(event: Event): void {
    const input = event.currentTarget as HTMLInputElement;
    this.file = input.files?.[0] ?? null;
    this.look = null;
    if (this.file) void this.lookAt();
  }

  private refusals(found: Refusal[]): TemplateResult {
    return html`<ul class="plain-list caption">
      ${found.map((one) => html`<li>${say("line_code", { line: one.line, why: named("refusal", one.code) })}</li>`)}
    </ul>`;
  }

  private looked(look: Look): TemplateResult {
    return html`<form class="mapping-form stack" @submit=${(event: Event) => event.preventDefault()}>
      <p role="status">${say("looked", { shape: named("shape", look.shape), n: look.pairs, bad: look.refused })}</p>
      ${this.refusals(look.refusals.slice(0, 10))}
      <details ?open=${look.pairs === 0}>
        <summary>${say("mapping")}</summary>
        <p class="help">${say("mapping_help", { keys: look.keys.join(", ") || "—" })}</p>
        <div class="learn-fields">
          ${PATHS.map(
            (name) =>
              html`<div class="field">
                <label for="map-${name}">${say(`map_${name}`)}</label>
                <input class="input mono" id="map-${name}" name=${name} maxlength="200" autocomplete="off" />
              </div>`,
          )}
        </div>
        <button type="button" class="button" @click=${() => void this.lookAt()}>${say("look_again")}</button>
      </details>
      <ul class="plain-list stack">
        ${look.samples.map(
          (row) =>
            html`<li>
              ${row.question}
              <div class="caption">${row.answer}</div>
            </li>`,
        )}
      </ul>
      <label class="learn-row"><input type="checkbox" name="is_base" /> ${say("is_base")}</label>
      <label class="learn-row"><input type="checkbox" name="reviewed" /> ${say("vouch")}</label>
      <div>
        <button
          type="button"
          class="button primary"
          ?disabled=${look.pairs === 0}
          aria-busy=${this.busy ? "true" : "false"}
          @click=${() => void this.take()}
        >
          ${say("import")}
        </button>
      </div>
    </form>`;
  }

  private row(one: Import): TemplateResult {
    return html`<tr>
      <td>
        ${one.file_name} ${one.is_base ? html`<span class="badge">${named("source", "base")}</span>` : nothing}
        ${
          one.refusals.length
            ? html`<details>
                <summary>${say("refused")} ${one.refused}</summary>
                ${this.refusals(one.refusals)}
              </details>`
            : nothing
        }
      </td>
      <td class="wide-only">${named("shape", one.shape)}</td>
      <td class="number">${one.taken}</td>
      <td class="number">${one.known}</td>
      <td class="number">${one.refused}</td>
      <td class="wide-only">${one.created_by}</td>
      <td class="wide-only figures">${dayAndTime(new Date(one.created_at))}</td>
    </tr>`;
  }

  private table(found: Import[]): TemplateResult {
    if (!found.length) return html`<p class="muted">${say("no_imports")}</p>`;
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("file")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("file")}</th>
            <th scope="col" class="wide-only">${say("made_of")}</th>
            <th scope="col" class="number">${say("taken")}</th>
            <th scope="col" class="number">${say("known")}</th>
            <th scope="col" class="number">${say("refused")}</th>
            <th scope="col" class="wide-only">${say("by")}</th>
            <th scope="col" class="wide-only">${say("when")}</th>
          </tr>
        </thead>
        <tbody>
          ${found.map((one) => this.row(one))}
        </tbody>
      </table>
    </div>`;
  }

  override render(): TemplateResult {
    if (!this.imports) return html`<div class="skeleton run-skeleton" aria-busy="true"></div>`;
    return html`
      ${
        this.mayImport
          ? html`<section class="card stack learn-card" aria-label=${say("import")}>
              <div class="learn-row">
                <label class="button"
                  >${icon(FileUp)} ${say("choose_file")}<input
                    class="visually-hidden"
                    type="file"
                    accept=".jsonl,.json,.ndjson,.txt"
                    @change=${(event: Event) => this.chosen(event)}
                /></label>
                <span class="caption">${this.file?.name ?? say("import_help")}</span>
              </div>
              ${this.look ? this.looked(this.look) : nothing}
            </section>`
          : nothing
      }
      ${this.table(this.imports)}
    `;
  }
}

customElements.define("training-imports", TrainingImports);

declare global {
  interface HTMLElementTagNameMap {
    "training-imports": TrainingImports;
  }
}
