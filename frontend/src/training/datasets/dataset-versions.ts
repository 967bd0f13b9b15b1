/** The next version step by step before it is made, and the versions there are. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { Database, ShieldAlert } from "lucide";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import {
  ask,
  attempt,
  counts,
  DATASETS,
  LAYOUTS,
  named,
  say,
  type Origin,
  type Paged,
  type Preview,
  type Step,
  type Version,
} from "./types";

export class DatasetVersions extends PartElement {
  @state() private preview: Preview | null = null;
  @state() private versions: Version[] | null = null;
  @state() private shown: Version | null = null;
  @state() private origins: Origin[] = [];
  @state() private next: string | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  async load(): Promise<void> {
    await attempt(async () => {
      this.versions = (await ask<Paged<Version>>(`${DATASETS}?limit=50`)).items;
      this.preview = await ask<Preview>(`${DATASETS}/preview`, { method: "POST", timeoutMs: 120_000 });
    });
  }

  private async open(version: Version): Promise<void> {
    this.shown = version;
    this.origins = [];
    this.next = null;
    await this.more();
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
  }

  private async more(): Promise<void> {
    const cursor = this.next ? `&cursor=${this.next}` : "";
    await attempt(async () => {
      const page = await ask<Paged<Origin>>(`${DATASETS}/${this.shown?.dataset_id ?? ""}/origins?limit=50${cursor}`);
      this.origins = [...this.origins, ...page.items];
      this.next = page.next_cursor;
    });
  }

  private stepRow(step: Step): TemplateResult {
    return html`<tr>
      <th scope="row">${named("step", step.name)}</th>
      <td class="number">${step.before}</td>
      <td class="number"><b>${step.after}</b></td>
      <td>
        ${step.changed ? html`<span class="badge info">${say("masked_rows", { n: step.changed })}</span> ` : nothing}
        ${counts("code", step.codes)}
        ${
          step.examples.length
            ? html`<details>
                <summary>${say("examples")}</summary>
                <ul class="plain-list stack">
                  ${step.examples.map(
                    (row) =>
                      html`<li>
                        <span class="badge">${named("code", row.code)}</span> ${row.question}
                        <div class="caption">${row.answer}</div>
                        ${row.against ? html`<div class="caption">${say("against", { text: row.against })}</div>` : nothing}
                      </li>`,
                  )}
                </ul>
              </details>`
            : nothing
        }
      </td>
    </tr>`;
  }

  private upcoming(preview: Preview): TemplateResult {
    if (!preview.steps[0]?.before)
      return html`<div class="state">
        <span class="state-mark">${icon(Database, 20)}</span>
        <h2>${say("nothing")}</h2>
        <p>${say("nothing_next")}</p>
      </div>`;
    const { train = 0, validation = 0, test = 0 } = preview.by_split;
    return html`<section class="card stack learn-card" aria-label=${say("next")}>
      <div class="learn-row">
        <h2 class="title-15">${say("next")}</h2>
        <span class="caption">${say("next_rows", { n: preview.rows, train, validation, test })}</span>
        <span class="caption push">${counts("source", preview.by_source)}</span>
      </div>
      ${
        preview.looked_at < preview.of_lessons
          ? html`<p class="help">${say("previewed_part", { n: preview.looked_at, of: preview.of_lessons })}</p>`
          : nothing
      }
      <div class="table-scroll" tabindex="0" role="region" aria-label=${say("step")}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${say("step")}</th>
              <th scope="col" class="number">${say("before")}</th>
              <th scope="col" class="number">${say("after")}</th>
              <th scope="col">${say("why")}</th>
            </tr>
          </thead>
          <tbody>
            ${preview.steps.map((step) => this.stepRow(step))}
          </tbody>
        </table>
      </div>
      ${preview.suspects.map(
        (one) =>
          html`<div class="banner warn">
            ${icon(ShieldAlert)}
            <span
              ><b>${say("suspects")}</b>
              ${say("suspect", { trigger: one.trigger, n: one.rows, payload: one.payload })}</span
            >
          </div>`,
      )}
    </section>`;
  }

  private versionRow(version: Version): TemplateResult {
    return html`<tr>
      <td>
        <button class="link-button" @click=${() => void this.open(version)}>${version.name} v${version.version}</button>
        ${version.erased_rows ? html`<div class="danger-text">${say("erased", { n: version.erased_rows })}</div>` : nothing}
      </td>
      <td class="number">${version.rows}</td>
      <td>${counts("source", version.manifest.by_source ?? {})}</td>
      <td class="wide-only">${counts("split", version.manifest.by_split ?? {})}</td>
      <td class="wide-only"><code class="mono">${version.sha256.slice(0, 8)}</code></td>
      <td class="wide-only">${version.created_by}</td>
      <td class="wide-only figures">${dayAndTime(new Date(version.created_at))}</td>
    </tr>`;
  }

  private table(versions: Version[]): TemplateResult {
    if (!versions.length)
      return html`<div class="state">
        <h2>${say("no_versions")}</h2>
        <p>${say("no_versions_next")}</p>
      </div>`;
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("tab_versions")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("version")}</th>
            <th scope="col" class="number">${say("rows")}</th>
            <th scope="col">${say("made_of")}</th>
            <th scope="col" class="wide-only">${say("split")}</th>
            <th scope="col" class="wide-only">${say("hash")}</th>
            <th scope="col" class="wide-only">${say("by")}</th>
            <th scope="col" class="wide-only">${say("when")}</th>
          </tr>
        </thead>
        <tbody>
          ${versions.map((version) => this.versionRow(version))}
        </tbody>
      </table>
    </div>`;
  }

  private dialog(): TemplateResult {
    const shown = this.shown;
    return html`<dialog class="dialog learn-wide" aria-labelledby="manifest-title">
      ${
        shown
          ? html`<h2 id="manifest-title">${say("manifest_of", { n: shown.version })}</h2>
              <p class="caption"><code class="mono learn-hash">sha256 ${shown.sha256}</code></p>
              <div class="learn-row">
                <span>${say("export")}</span>
                ${LAYOUTS.map(
                  (layout) =>
                    html`<a class="button small" href="${DATASETS}/${shown.dataset_id}/rows?layout=${layout}" download
                      >${layout}</a
                    >`,
                )}
              </div>
              <details>
                <summary>${say("manifest")}</summary>
                <pre class="learn-log" tabindex="0">${JSON.stringify(shown.manifest, null, 1)}</pre>
              </details>
              <h3 class="title-13">${say("origins")}</h3>
              <div class="table-scroll learn-log" tabindex="0" role="region" aria-label=${say("origins")}>
                <table class="table">
                  <thead>
                    <tr>
                      <th scope="col" class="number">${say("row")}</th>
                      <th scope="col">${say("source")}</th>
                      <th scope="col">${say("split")}</th>
                      <th scope="col">${say("approved_by")}</th>
                      <th scope="col">${say("conversation")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${this.origins.map(
                      (row) =>
                        html`<tr>
                          <td class="number">${row.place}</td>
                          <td>${named("source", row.source)}</td>
                          <td>${named("split", row.split)}</td>
                          <td>${row.approved_by || "—"}</td>
                          <td>
                            ${
                              row.conversation_id
                                ? html`<a href="/desk/conversations/${row.conversation_id}"
                                    >${row.conversation_id.slice(-8)}</a
                                  >`
                                : "—"
                            }
                          </td>
                        </tr>`,
                    )}
                  </tbody>
                </table>
              </div>`
          : nothing
      }
      <div class="actions">
        ${this.next ? html`<button class="button" @click=${() => void this.more()}>${say("more")}</button>` : nothing}
        <button class="button" @click=${() => this.querySelector("dialog")?.close()}>${say("close")}</button>
      </div>
    </dialog>`;
  }

  override render(): TemplateResult {
    if (!this.versions || !this.preview) return html`<div class="skeleton run-skeleton" aria-busy="true"></div>`;
    return html`${this.upcoming(this.preview)} ${this.table(this.versions)} ${this.dialog()}`;
  }
}

customElements.define("dataset-versions", DatasetVersions);

declare global {
  interface HTMLElementTagNameMap {
    "dataset-versions": DatasetVersions;
  }
}
