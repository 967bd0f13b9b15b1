/** The versions of a document: who brought which, what became of hand edits, and the way back to an older one. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { sizeOf } from "../types";
import { changes, say } from "./chunks";

interface Dropped {
  text: string | null;
  original_text: string;
  heading_path: string[];
  disabled: boolean;
  by: string;
}

interface Version {
  number: number;
  file_name: string;
  size_bytes: number;
  created_by: string;
  created_at: string;
  chunk_count: number | null;
  hand_kept: number;
  hand_dropped: Dropped[];
  restored_from: number | null;
}

export class DocumentVersions extends PartElement {
  @property({ attribute: false }) documentId = "";
  /** Changes when a version may have come in. */
  @property({ attribute: false }) version = 0;
  @state() private items: Version[] | null = null;
  @state() private serving = 0;
  private shown = -1;

  protected override willUpdate(): void {
    if (this.shown === this.version) return;
    this.shown = this.version;
    void this.load();
  }

  private async load(): Promise<void> {
    const found = await ask<{ items: Version[]; serving: number }>(`/api/v1/documents/${this.documentId}/versions`);
    this.serving = found.serving;
    this.items = found.items;
  }

  private async restore(n: number): Promise<void> {
    const sure = await confirmIn(
      this,
      { title: say("restore_title", { n }), text: say("restore_text", { n }), action: say("restore_do", { n }) },
      "primary",
    );
    if (!sure) return;
    try {
      await ask(`/api/v1/documents/${this.documentId}/versions/${n}/restore`, { method: "POST" });
      toast(say("restore_started"));
    } catch (error) {
      toast(error instanceof Problem ? error.detail : say("fetch_failed"), "alert");
    }
    this.tell("document-changed");
    await this.load();
  }

  private hand(version: Version): TemplateResult {
    const dropped = version.hand_dropped.length;
    if (dropped === 0 && version.hand_kept === 0) return html`<span class="caption">${say("hand_none")}</span>`;
    const facts = say("hand_facts", { kept: version.hand_kept, dropped });
    if (dropped === 0) return html`${facts}`;
    return html`<details>
      <summary>${facts}</summary>
      <p class="caption">${say("dropped_why")}</p>
      <ul class="stack">
        ${version.hand_dropped.map(
          (one) =>
            html`<li>
              <span class="caption">${one.heading_path.at(-1) ?? ""} · ${one.by}</span>
              ${one.disabled ? html`<span class="badge warn">${say("dropped_disabled")}</span>` : nothing}
              <div class="chunk-diff chunk-words">${changes(one.original_text, one.text ?? one.original_text)}</div>
            </li>`,
        )}
      </ul>
    </details>`;
  }

  private row(version: Version): TemplateResult {
    const n = version.number;
    return html`
      <tr>
        <td>
          <b>v${n}</b>
          ${n === this.serving ? html`<span class="badge ok">${say("serving")}</span>` : nothing}
          ${version.restored_from ? html`<span class="badge">${say("restored_from", { n: version.restored_from })}</span>` : nothing}
          <div class="caption">${version.file_name}</div>
        </td>
        <td>
          ${version.created_by}
          <div class="caption figures">${dayAndTime(new Date(version.created_at))}</div>
        </td>
        <td class="number">${sizeOf(version.size_bytes)}</td>
        <td class="number">${version.chunk_count ?? "—"}</td>
        <td>${this.hand(version)}</td>
        <td class="number">
          ${
            n === this.serving
              ? nothing
              : html`<button class="button small" @click=${() => void this.restore(n)}>
                  ${say("restore", { n })}
                </button>`
          }
        </td>
      </tr>
    `;
  }

  override render(): TemplateResult {
    if (!this.items)
      return html`<div class="stack list-skeleton" aria-busy="true"><span class="skeleton"></span></div>`;
    return html`
      <div class="table-scroll" tabindex="0" role="region" aria-label=${say("tab_versions")}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${say("version")}</th>
              <th scope="col">${say("by")}</th>
              <th scope="col" class="number">${say("size")}</th>
              <th scope="col" class="number">${say("tab_chunks")}</th>
              <th scope="col">${say("hand")}</th>
              <th scope="col"><span class="visually-hidden">${say("more_actions")}</span></th>
            </tr>
          </thead>
          <tbody>
            ${this.items.map((version) => this.row(version))}
          </tbody>
        </table>
      </div>
    `;
  }
}

customElements.define("document-versions", DocumentVersions);
