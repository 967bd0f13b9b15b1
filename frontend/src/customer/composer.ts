/** <kefu-composer>: the box one writes in; grows to six lines, knows an open IME, keeps its draft over a reload. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { ArrowUp } from "lucide";
import { PartElement } from "../shared/element";
import { filesIn, type Attachment, type FilePlace } from "../shared/files/contract";
import { attachButton, tray } from "../shared/files/tray";
import { Uploads } from "../shared/files/uploads";
import { icon } from "../shared/icons";
import { remember, remembered } from "../shared/storage";
import { say } from "./texts";

export const LONGEST = 4000;

/** A message as it leaves the box. */
export interface Written {
  text: string;
  files: readonly Attachment[];
}

@customElement("kefu-composer")
export class Composer extends PartElement {
  @property({ attribute: false }) draftKey = "";
  @property({ attribute: false }) placeholder = "";
  @property({ type: Boolean }) running = false;
  @property({ type: Boolean }) stopping = false;
  @property({ type: Boolean }) narrow = false;
  /** Where files go. */
  @property({ attribute: false }) place: (() => Promise<FilePlace>) | null = null;
  @state() private text = "";
  @state() private over = false;
  @state() private held = "";
  @query("textarea") private box!: HTMLTextAreaElement;
  private composing = false;
  private readonly uploads = new Uploads(
    () => this.place?.() ?? Promise.reject(new Error("no place for files")),
    () => this.requestUpdate(),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.text = remembered(this.draftKey) ?? "";
  }

  override focus(): void {
    this.box.focus();
  }

  private get letters(): number {
    return Array.from(this.text.trim()).length;
  }

  private get sendable(): boolean {
    return (this.letters > 0 || this.uploads.items.length > 0) && this.letters <= LONGEST && !this.uploads.holds;
  }

  protected override render(): TemplateResult {
    const tooLong = this.letters > LONGEST;
    return html`<form
      class="composer ${this.narrow ? "narrow" : ""} ${this.over ? "dropping" : ""}"
      @submit=${this.submit}
      @click=${this.focusBox}
      @paste=${this.paste}
      @dragover=${this.hover}
      @dragleave=${() => (this.over = false)}
      @drop=${this.drop}
    >
      ${tray(this.uploads)}
      <textarea
        rows="1"
        enterkeyhint="send"
        .value=${this.text}
        aria-label=${this.placeholder}
        placeholder=${this.placeholder}
        aria-invalid=${String(tooLong)}
        aria-describedby=${tooLong ? "too-long" : nothing}
        @input=${this.write}
        @keydown=${this.key}
        @compositionstart=${() => (this.composing = true)}
        @compositionend=${() => (this.composing = false)}
      ></textarea>
      <div class="tools">
        ${attachButton("attach", (chosen) => this.uploads.add(chosen))}
        ${
          this.held
            ? html`<span class="error" role="alert">${this.held}</span>`
            : tooLong
              ? html`<span class="error" id="too-long" role="alert">${say("too_long", { n: this.letters })}</span>`
              : this.narrow
                ? nothing
                : html`<span class="caption keys">${say("keys_hint")}</span>`
        }
        ${this.running && !this.narrow ? html`<span class="stop-words">${say("stop")}<kbd>Esc</kbd></span>` : nothing}
        ${this.running ? this.stopButton() : this.sendButton()}
      </div>
    </form>`;
  }

  private stopButton(): TemplateResult {
    return html`<button
      type="button"
      class="send stop"
      aria-label=${say("stop")}
      title=${say("stop")}
      aria-busy=${String(this.stopping)}
      @click=${() => this.tell("kefu-stop")}
    >
      <i></i>
    </button>`;
  }

  private sendButton(): TemplateResult {
    return html`<button
      class="send"
      aria-label=${say("send")}
      title=${say("send")}
      aria-disabled=${String(!this.sendable)}
    >
      ${icon(ArrowUp, 20)}
    </button>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("text") || changed.has("narrow")) this.fit();
  }

  /** One to six lines high; scrolls inside from then on. */
  private fit(): void {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, 144)}px`;
  }

  private paste(event: ClipboardEvent): void {
    const found = filesIn(event.clipboardData);
    if (!found.length) return;
    event.preventDefault();
    this.uploads.add(found);
  }

  private hover(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.over = true;
  }

  private drop(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    this.uploads.add(filesIn(event.dataTransfer));
  }

  private write(): void {
    this.held = "";
    this.text = this.box.value;
    remember(this.draftKey, this.text || null);
    this.tell("kefu-typing");
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    // Enter that ends an IME composition is no Enter; Safari tells it only by the deprecated key code 229
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    if (event.isComposing || this.composing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    this.send();
  }

  private send(): void {
    this.held = this.letters > 0 || this.uploads.items.length ? this.uploads.holds : "";
    if (!this.sendable) return;
    this.tell("kefu-send", { text: this.text.trim(), files: this.uploads.take() } satisfies Written);
    this.text = "";
    this.box.value = "";
    remember(this.draftKey, null);
    this.box.focus();
  }

  private focusBox(event: Event): void {
    if (event.target instanceof Element && !event.target.closest("button, textarea, input")) this.box.focus();
  }
}
