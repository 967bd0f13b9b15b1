/** One chunk being edited: the words, what changed, the cost of saving, and what somebody else saved meanwhile. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { EyeOff, GitMerge, History, Info, Scissors } from "lucide";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";
import { changes, lettersIn, say, type Chunk, type Theirs } from "./chunks";

interface RunResult {
  questions: number;
  passed: number;
  failed: { text: string }[];
}

export class ChunkEditor extends PartElement {
  @property({ attribute: false }) chunk!: Chunk;
  /** The version saving makes, such as 3.1. */
  @property({ attribute: false }) version = "";
  @property({ attribute: false }) questions = false;
  @state() private text: string | null = null;
  @state() private theirs: Theirs | null = null;
  @state() private busy = "";
  @state() private ran: RunResult | null = null;
  private revision: number | null = null;
  private base: string | null = null;

  /** The words as they stand in the box. */
  get words(): string {
    return this.text ?? this.chunk.text;
  }

  get dirty(): boolean {
    return this.words !== this.chunk.text;
  }

  private get area(): HTMLTextAreaElement | null {
    return this.querySelector("textarea");
  }

  protected override firstUpdated(): void {
    this.grow();
    this.area?.focus();
  }

  private grow(): void {
    const area = this.area;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  private typed(event: Event): void {
    this.text = (event.target as HTMLTextAreaElement).value;
    this.grow();
  }

  private keys(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if ((event.metaKey || event.ctrlKey) && (event.key === "s" || event.key === "Enter")) {
      event.preventDefault();
      void this.save();
    } else if (event.key === "Escape" && !this.dirty) this.tell("edit-ended");
  }

  private async save(): Promise<void> {
    if (this.busy || !this.words.trim()) return;
    await this.doing("save", async () => {
      const saved = await ask<Chunk>(`/api/v1/chunks/${this.chunk.chunk_id}`, {
        method: "PATCH",
        body: { revision: this.revision ?? this.chunk.revision, text: this.words },
      });
      toast(say("saved", { n: saved.position + 1 }));
      this.tell("chunks-changed", { chunk_id: saved.chunk_id });
      this.tell("edit-ended");
    });
  }

  /** Does something that may meet somebody else's words. */
  private async doing(what: string, act: () => Promise<void>): Promise<void> {
    this.busy = what;
    try {
      await act();
    } catch (error) {
      const theirs = error instanceof Problem ? (error.members["chunk"] as Theirs | undefined) : undefined;
      if (theirs) this.theirs = theirs;
      else toast(error instanceof Problem ? error.detail || say("fetch_failed") : say("fetch_failed"), "alert");
    } finally {
      this.busy = "";
    }
  }

  private takeTheirs(): void {
    this.tell("chunks-changed", { chunk_id: this.chunk.chunk_id });
    this.tell("edit-ended");
  }

  private goOn(): void {
    this.revision = this.theirs?.revision ?? null;
    this.base = this.theirs?.text ?? null;
    this.theirs = null;
    void this.updateComplete.then(() => this.area?.focus());
  }

  private async split(): Promise<void> {
    if (this.dirty) {
      toast(say("split_unsaved"), "alert");
      return;
    }
    const at = lettersIn(this.words.slice(0, this.area?.selectionStart ?? 0));
    await this.doing("split", async () => {
      const body = { revision: this.chunk.revision, at: Math.max(1, at) };
      await ask(`/api/v1/chunks/${this.chunk.chunk_id}/split`, { method: "POST", body });
      toast(say("split_done"));
      this.tell("chunks-changed", { chunk_id: this.chunk.chunk_id });
      this.tell("edit-ended");
    });
  }

  private async run(): Promise<void> {
    await this.doing("run", async () => {
      this.ran = await ask<RunResult>(`/api/v1/chunks/${this.chunk.chunk_id}/check`, {
        method: "POST",
        timeoutMs: 120_000,
      });
    });
  }

  private conflict(theirs: Theirs): TemplateResult {
    const name = theirs.edited_by ?? "";
    const at = theirs.edited_at ? dayAndTime(new Date(theirs.edited_at)) : "";
    return html`
      <p class="banner warn" role="alert">${icon(GitMerge)} ${say("conflict", { name, at })}</p>
      <div class="chunk-sides">
        <div>
          <p class="caption">${say("theirs", { name })}</p>
          <div class="chunk-words">${changes(this.chunk.text, theirs.text)}</div>
        </div>
        <div>
          <p class="caption">${say("yours")}</p>
          <div class="chunk-words">${changes(theirs.text, this.words)}</div>
        </div>
      </div>
      <div class="row">
        <button class="button" @click=${() => this.takeTheirs()}>${say("take_theirs", { name })}</button>
        <button class="button primary" @click=${() => this.goOn()}>${say("go_on")}</button>
      </div>
    `;
  }

  private result(ran: RunResult): TemplateResult {
    if (ran.questions === 0) return html`<p class="caption" role="status">${say("run_none")}</p>`;
    const values = { n: ran.questions, ok: ran.passed, bad: ran.questions - ran.passed };
    return html`<p class="caption" role="status">${say("run_result", values)}</p>
      <ul class="caption">
        ${ran.failed.map((question) => html`<li class="danger-text">${question.text}</li>`)}
      </ul>`;
  }

  private tools(): TemplateResult {
    const tool = (name: "split" | "disable" | "history", mark: TemplateResult, act: () => void) => html`
      <button class="button ghost icon-only small" aria-label=${say(name)} title=${say(name)} @click=${act}>
        ${mark}
      </button>
    `;
    return html`<span class="row push">
      ${this.chunk.kind === "table" ? nothing : tool("split", icon(Scissors), () => void this.split())}
      ${this.chunk.disabled_at ? nothing : tool("disable", icon(EyeOff), () => this.tell("chunk-disable", this.chunk))}
      ${tool("history", icon(History), () => this.tell("chunk-history", this.chunk))}
    </span>`;
  }

  override render(): TemplateResult {
    if (this.theirs) return this.conflict(this.theirs);
    const base = this.base ?? this.chunk.text;
    return html`
      <textarea
        class="input chunk-words"
        aria-label=${say("text", { n: this.chunk.position + 1 })}
        maxlength="20000"
        .value=${this.words}
        @input=${(event: Event) => this.typed(event)}
        @keydown=${(event: KeyboardEvent) => this.keys(event)}
      ></textarea>
      ${
        this.words === base
          ? nothing
          : html`<div class="chunk-diff chunk-words" role="group" aria-label=${say("diff")}>
              ${changes(base, this.words)}
            </div>`
      }
      <p class="caption row">${icon(Info, 14)} ${say("cost", { n: this.chunk.answers })}</p>
      ${this.ran ? this.result(this.ran) : nothing}
      <div class="row chunk-actions">
        <button class="button primary" aria-busy=${this.busy === "save"} @click=${() => void this.save()}>
          ${say("save_as", { version: this.version })} <kbd>⌘S</kbd>
        </button>
        ${
          this.questions
            ? html`<button class="button" aria-busy=${this.busy === "run"} @click=${() => void this.run()}>
                ${say("run_first")}
              </button>`
            : nothing
        }
        <button class="button ghost" @click=${() => this.tell("edit-ended")}>${say("cancel")}</button>
        ${this.tools()}
      </div>
    `;
  }
}

customElements.define("chunk-editor", ChunkEditor);
