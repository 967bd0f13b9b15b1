/** The right pane: the chunks as cards; find, select, edit in place, merge, add, disable, look at their past. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { GitMerge, Pencil, Search, SquarePlus, Table } from "lucide";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";
import "./chunk-editor";
import "./chunk-history";
import { lettersIn, saidIn, say, type Chunk } from "./chunks";

export class ChunkList extends PartElement {
  @property({ attribute: false }) documentId = "";
  @property({ attribute: false }) chunks: Chunk[] = [];
  @property({ attribute: false }) selected: string | null = null;
  @property({ attribute: false }) query = "";
  /** The version an edit makes, such as 3.1. */
  @property({ attribute: false }) nextVersion = "";
  @property({ attribute: false }) more = false;
  @property({ attribute: false }) questions = false;
  @state() private editing: string | null = null;
  @state() private past: string | null = null;
  @state() private adding = false;

  protected override updated(changed: PropertyValues): void {
    if (changed.has("selected") && this.selected)
      this.querySelector(`#c-${CSS.escape(this.selected)}`)?.scrollIntoView({ block: "nearest" });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("edit-ended", () => (this.editing = null));
    this.addEventListener("history-ended", () => (this.past = null));
    this.addEventListener("chunk-disable", (event) => {
      this.editing = null;
      void this.switch((event as CustomEvent<Chunk>).detail, "disable");
    });
    this.addEventListener("chunk-history", (event) => {
      this.editing = null;
      this.past = (event as CustomEvent<Chunk>).detail.chunk_id;
    });
  }

  private choose(chunk: Chunk): void {
    if (chunk.chunk_id !== this.selected) this.tell("chunk-chosen", { chunk_id: chunk.chunk_id });
  }

  private edit(chunk: Chunk): void {
    this.choose(chunk);
    this.past = null;
    this.editing = chunk.chunk_id;
  }

  private async act(path: string, body: unknown, done: string): Promise<void> {
    try {
      await ask(path, { method: "POST", body });
      toast(done);
    } catch (error) {
      toast(error instanceof Problem && error.detail ? error.detail : say("fetch_failed"), "alert");
    }
    this.tell("chunks-changed", {});
  }

  private async switch(chunk: Chunk, to: "disable" | "enable"): Promise<void> {
    const done = say(to === "disable" ? "disabled_done" : "enabled_done", { n: chunk.position + 1 });
    await this.act(`/api/v1/chunks/${chunk.chunk_id}/${to}`, { revision: chunk.revision }, done);
  }

  private async merge(chunk: Chunk): Promise<void> {
    const following = this.chunks[this.chunks.indexOf(chunk) + 1];
    const body = { revision: chunk.revision, next_revision: following?.revision ?? 1 };
    await this.act(`/api/v1/chunks/${chunk.chunk_id}/merge`, body, say("merged"));
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const text = saidIn(event.target, "text");
    if (!text) return;
    await this.act(`/api/v1/documents/${this.documentId}/chunks`, { text, after: this.selected }, say("added_done"));
    this.adding = false;
  }

  private bar(): TemplateResult {
    const chosen = this.chunks.find((chunk) => chunk.chunk_id === this.selected);
    const mergeable = chosen && chosen.kind !== "table" && chosen !== this.chunks.at(-1) && !this.query;
    const typed = (event: Event) => this.tell("chunk-search", (event.target as HTMLInputElement).value);
    return html`
      <div class="pane-bar row">
        <span class="input-with-icon">
          ${icon(Search)}
          <input
            class="input"
            type="search"
            .value=${this.query}
            placeholder=${say("search")}
            aria-label=${say("search")}
            @input=${typed}
          />
        </span>
        <span class="caption">${say("shown", { n: `${this.chunks.length}${this.more ? "+" : ""}` })}</span>
        <span class="row push">
          ${
            chosen && mergeable
              ? html`<button class="button ghost small" @click=${() => void this.merge(chosen)}>
                  ${icon(GitMerge, 14)} ${say("merge")}
                </button>`
              : nothing
          }
          <button class="button ghost small" @click=${() => (this.adding = !this.adding)} aria-expanded=${this.adding}>
            ${icon(SquarePlus, 14)} ${say("add")}
          </button>
        </span>
      </div>
    `;
  }

  private addForm(): TemplateResult {
    const chosen = this.chunks.find((chunk) => chunk.chunk_id === this.selected);
    return html`
      <form
        class="chunk-card card editing"
        aria-label=${say("add_title")}
        @submit=${(e: SubmitEvent) => void this.add(e)}
      >
        <p class="row caption">
          <b>${say("add_title")}</b> ${chosen ? say("add_where", { n: chosen.position + 1 }) : say("add_first")}
        </p>
        <textarea
          class="input chunk-words"
          name="text"
          maxlength="20000"
          aria-label=${say("new_text")}
          required
        ></textarea>
        <div class="row chunk-actions">
          <button class="button primary">${say("add_do")}</button>
          <button class="button ghost" type="button" @click=${() => (this.adding = false)}>${say("cancel")}</button>
        </div>
      </form>
    `;
  }

  private marks(chunk: Chunk): TemplateResult {
    const by = chunk.disabled_by ?? "";
    return html`
      ${chunk.kind === "table" ? html`<span class="badge">${icon(Table, 14)}${say("table")}</span>` : nothing}
      ${
        chunk.by_hand
          ? html`<span class="badge accent">${say(chunk.original_text === null ? "added" : "edited")}</span>`
          : nothing
      }
      ${
        chunk.disabled_at
          ? html`<span class="badge warn"
              >${say("disabled", { by, at: dayAndTime(new Date(chunk.disabled_at)) })}</span
            >`
          : nothing
      }
    `;
  }

  private facts(chunk: Chunk): TemplateResult {
    const uses = say("uses", { n: chunk.answers });
    const show = (event: Event) => {
      event.stopPropagation();
      this.tell("uses-wanted", chunk);
    };
    return html`<span class="caption push figures">
      ${say("letters", { n: lettersIn(chunk.text) })} ·
      ${chunk.answers ? html`<button class="definition" @click=${show}>${uses}</button>` : uses}
    </span>`;
  }

  private card(chunk: Chunk): TemplateResult {
    const chosen = chunk.chunk_id === this.selected;
    const editing = chunk.chunk_id === this.editing;
    const n = chunk.position + 1;
    const look = [chosen ? "on" : "", editing ? "editing" : "", chunk.disabled_at ? "off" : ""].join(" ");
    return html`
      <li class="chunk-card card ${look}" id="c-${chunk.chunk_id}" @click=${() => this.choose(chunk)}>
        <p class="row chunk-head">
          <button class="paper-number" aria-label=${say("select_n", { n })} aria-pressed=${chosen}>${n}</button>
          <span class="caption ellipsis" title=${chunk.heading_path.join(" › ")}
            >${chunk.heading_path.at(-1) ?? ""}</span
          >
          ${chunk.page ? html`<span class="caption">${say("page", { n: chunk.page })}</span>` : nothing}
          ${this.marks(chunk)} ${this.facts(chunk)}
          ${
            chunk.disabled_at
              ? html`<button class="link-button" @click=${() => void this.switch(chunk, "enable")}>
                  ${say("enable")}
                </button>`
              : nothing
          }
          ${
            editing
              ? nothing
              : html`<button
                  class="button ghost icon-only small chunk-edit"
                  aria-label=${say("edit_n", { n })}
                  title=${say("edit")}
                  @click=${() => this.edit(chunk)}
                >
                  ${icon(Pencil, 14)}
                </button>`
          }
        </p>
        ${
          editing
            ? html`<chunk-editor
                .chunk=${chunk}
                .version=${this.nextVersion}
                .questions=${this.questions}
              ></chunk-editor>`
            : html`<div
                class="chunk-words ${chunk.kind === "table" ? "mono" : ""}"
                .textContent=${chunk.text}
                @dblclick=${() => this.edit(chunk)}
              ></div>`
        }
        ${chunk.chunk_id === this.past ? html`<chunk-history .chunk=${chunk}></chunk-history>` : nothing}
      </li>
    `;
  }

  override render(): TemplateResult {
    const empty = this.query ? say("no_match") : say("no_chunks");
    return html`
      ${this.bar()}
      <div class="pane-body">
        ${this.adding && !this.selected ? this.addForm() : nothing}
        ${this.chunks.length === 0 ? html`<p class="state">${empty}</p>` : nothing}
        <ol class="chunk-cards">
          ${this.chunks.map((chunk) => this.card(chunk))}
        </ol>
        ${this.adding && this.selected ? this.addForm() : nothing}
        ${
          this.more
            ? html`<button class="button" @click=${() => this.tell("chunks-more")}>${say("shown", { n: "…" })}</button>`
            : nothing
        }
      </div>
    `;
  }
}

customElements.define("chunk-list", ChunkList);
