/** <desk-foot>: under a transcript, the box to write in, what waits to go out, and who else is here. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Eye, Hand, PenLine, Slash } from "lucide";
import desk from "../../texts/desk.json";
import { ask, Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { filesIn } from "../shared/files/contract";
import { attachButton, tray } from "../shared/files/tray";
import { Uploads } from "../shared/files/uploads";
import { say as sayShared, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { newClientId } from "../shared/ids";
import { Choices, type Choice } from "./composer/choices";
import { Company } from "./composer/company";
import { Drafts, type Kind, type Start } from "./composer/drafts";
import { Sending } from "./composer/sending";
import { openVariable, replaced, tokenAt, type Token } from "./composer/token";
import { pendingReply } from "./composer/pending-reply";

const say = sentences(desk);
type Owner = "bot" | "queue" | "agent" | "none";

@customElement("desk-foot")
export class DeskFoot extends PartElement {
  @property({ attribute: "data-owner" }) owner: Owner = "none";
  @property({ attribute: "data-agent" }) agent = "";
  @property({ attribute: "data-mine", type: Boolean }) mine = false;
  @state() private kind: Kind = "reply";
  @state() private busy = false;
  @state() private problem = "";
  private drafts!: Drafts;
  private sending!: Sending;
  private company!: Company;
  private readonly choices = new Choices(() => this.requestUpdate());
  private readonly uploads = new Uploads(
    () => Promise.resolve({ path: `${this.path}/attachments` }),
    () => this.requestUpdate(),
  );
  private token: Token | null = null;
  private readonly mentioned = new Map<string, string>();
  private shown: Kind | null = null;
  private readonly leave = () => {
    this.sending.leave();
    this.company.end();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    const staff = this.closest<HTMLElement>("kefu-desk")?.dataset["staff"] ?? "";
    this.drafts = new Drafts(staff, this.dataset["conversation"] ?? "");
    const changed = () => this.requestUpdate();
    this.sending = new Sending(`${this.path}/replies`, this.drafts, changed, () => this.tell("desk-changed"));
    this.company = new Company(`${this.path}/doing`, staff, changed);
    this.company.begin();
    addEventListener("pagehide", this.leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("pagehide", this.leave);
    this.leave();
  }

  private get path(): string {
    return `/api/v1/conversations/${this.dataset["conversation"] ?? ""}`;
  }

  private get box(): HTMLTextAreaElement | null {
    return this.querySelector("textarea");
  }

  /** What is being written: a reply only where the conversation is yours. */
  private get writes(): Kind {
    return this.mine ? this.kind : "note";
  }

  /** A signal the desk heard about this conversation. */
  hear(name: string, data: object): void {
    this.company.hear(name, data);
  }

  customerSpoke(): void {
    this.company.customerSpoke();
  }

  /** What the network kept back goes out. */
  sendAgain(): void {
    this.sending.sendAgain();
  }

  write(kind: Kind): void {
    if (this.mine) this.kind = kind;
    this.problem = "";
    this.choices.close();
    void this.updateComplete.then(() => this.box?.focus());
  }

  /** Puts a suggested reply or a quotation where the caret is, to be edited; never sends it. */
  async insert(text: string, start: Start | null, kind: Kind = "reply"): Promise<void> {
    if (this.mine) this.kind = kind;
    await this.updateComplete;
    const { box } = this;
    if (!box) return;
    const before = box.value;
    box.focus();
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    if (start && !before.trim()) this.drafts.start = start;
    this.changed();
  }

  get isEmpty(): boolean {
    return !this.box?.value;
  }

  protected override updated(): void {
    if (this.shown === this.writes || !this.box) return;
    this.shown = this.writes;
    this.box.value = this.drafts.text(this.writes);
    this.grow();
  }

  protected override render(): TemplateResult {
    const { pending } = this.sending;
    return html`${this.mine ? nothing : this.bar()} ${this.notice()}
    ${pending ? pendingReply(this.sending, pending, () => this.takeBack()) : nothing}
    ${this.choices.list(
      say(this.writes === "note" ? "mention_title" : "canned_title"),
      this.writes === "note" ? "" : html`${say("canned_hint")} · <a href="/desk/canned">${say("canned_edit")}</a>`,
      (choice) => void this.take(choice),
    )}
    ${this.form()}`;
  }

  private bar(): TemplateResult {
    const takeable = this.owner === "bot" || this.owner === "queue";
    return html`<div class="desk-bar ${this.owner}">
      <div>
        <b>${say(`bar_${this.owner}`, { name: this.agent })}</b>
        <p class="caption">${say(`bar_${this.owner}_next`)}</p>
      </div>
      ${
        takeable
          ? html`<button class="button primary large push" data-act="take-over">
              ${icon(Hand)} ${say("take_over")} <kbd class="wide-only">${say("key_take_over")}</kbd>
            </button>`
          : nothing
      }
    </div>`;
  }

  /** One line that keeps its height: who types, who else is here. */
  private notice(): TemplateResult {
    const [replying, noting, reading] = (["replying", "noting", "reading"] as const).map((one) =>
      this.company.doingNow(one).join(say("and")),
    );
    const writer = replying || noting;
    return html`<p class="desk-notice caption">
      ${this.company.customerTypes ? html`<span class="types">${icon(PenLine, 14)} ${say("customer_types")}</span>` : nothing}
      ${
        writer
          ? html`<span class="collision">
              ${icon(PenLine, 14)} ${say(replying ? "colleague_replies" : "colleague_notes", { name: writer })}
            </span>`
          : reading
            ? html`<span>${icon(Eye, 14)} ${say("colleague_reads", { name: reading })}</span>`
            : nothing
      }
    </p>`;
  }

  private form(): TemplateResult {
    const noting = this.writes === "note";
    const placeholder = say(noting ? "note_placeholder" : "reply_placeholder");
    return html`<form
      class="desk-box ${noting ? "noting" : ""}"
      @submit=${(event: Event) => void this.send(event)}
      @paste=${(event: ClipboardEvent) => this.attach(event, event.clipboardData)}
      @dragover=${(event: DragEvent) => this.mine && !noting && event.preventDefault()}
      @drop=${(event: DragEvent) => this.attach(event, event.dataTransfer)}
    >
      ${this.mine ? this.tabs() : nothing} ${noting ? nothing : tray(this.uploads)}
      <textarea
        rows="1"
        maxlength=${noting ? 2000 : 4000}
        aria-label=${placeholder}
        placeholder=${placeholder}
        aria-invalid=${String(Boolean(this.problem))}
        aria-autocomplete="list"
        aria-controls=${this.choices.open ? "choices" : nothing}
        aria-activedescendant=${this.choices.open ? `choice-${this.choices.active}` : nothing}
        @input=${() => this.changed()}
        @click=${() => this.look()}
        @blur=${() => this.choices.close()}
        @keydown=${(event: KeyboardEvent) => this.key(event)}
      ></textarea>
      <div class="row">
        ${
          noting
            ? nothing
            : html`<button
                  type="button"
                  class="button ghost small icon-only"
                  aria-label=${say("canned_title")}
                  title=${say("canned_title")}
                  @click=${() => this.openCanned()}
                >
                  ${icon(Slash, 14)}
                </button>
                ${attachButton("button ghost small icon-only", (chosen) => this.uploads.add(chosen))}`
        }
        ${this.problem ? html`<span class="error" role="alert">${this.problem}</span>` : nothing}
        ${noting ? nothing : html`<span class="caption push wide-only">${say("undo_hint")}</span>`}
        <button class="button ${noting ? "push" : "primary"} small" aria-busy=${String(this.busy)}>
          ${say(noting ? "save_note" : "send")}
        </button>
      </div>
    </form>`;
  }

  private tabs(): TemplateResult {
    const tab = (kind: Kind) =>
      html`<button
        type="button"
        class="chip ${this.kind === kind ? "on" : ""}"
        aria-pressed=${String(this.kind === kind)}
        @click=${() => this.write(kind)}
      >
        ${say(kind)}
      </button>`;
    const kept = this.drafts.text(this.writes) !== "";
    return html`<div class="row">
      ${tab("reply")} ${tab("note")} ${kept ? html`<span class="caption push">${say("draft_kept")}</span>` : nothing}
    </div>`;
  }

  private grow(): void {
    const { box } = this;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }

  private changed(): void {
    const text = this.box?.value ?? "";
    this.drafts.keep(this.writes, text);
    this.problem = "";
    if (text) this.company.typed(this.writes === "note" ? "noting" : "replying");
    else this.company.rest();
    this.grow();
    this.look();
    this.requestUpdate();
  }

  /** Opens, changes or closes the list for the word at the caret. */
  private look(): void {
    const { box } = this;
    if (!box) return;
    const noting = this.writes === "note";
    this.token = tokenAt(box.value, box.selectionStart, noting ? "@" : "/");
    if (!this.token) this.choices.close();
    else if (noting) void this.choices.showColleagues(this.token.typed);
    else void this.choices.showCanned(this.token.typed);
  }

  openCanned(): void {
    const { box } = this;
    if (!box || this.writes === "note") return;
    box.focus();
    const glued = box.selectionStart > 0 && !/\s/.test(box.value[box.selectionStart - 1] ?? " ");
    box.setRangeText(glued ? " /" : "/", box.selectionStart, box.selectionEnd, "end");
    this.changed();
  }

  private async take(choice: Choice): Promise<void> {
    const { box, token } = this;
    if (!box || !token) return;
    let words = `@${choice.title} `;
    if (this.writes === "note") this.mentioned.set(choice.id, choice.title);
    else {
      try {
        const path = `${this.path}/canned/${choice.id}`;
        words = (await ask<{ text: string }>(path, { method: "POST" })).text;
      } catch (problem) {
        this.problem = problem instanceof Problem && problem.detail ? problem.detail : sayShared("network");
        return;
      }
    }
    const { text, caret } = replaced(box.value, token, words);
    box.value = text;
    box.setSelectionRange(caret, caret);
    box.focus();
    this.changed();
    this.selectOpenVariable();
  }

  /** A variable nothing is known for is selected, to be written over. */
  private selectOpenVariable(): boolean {
    const { box } = this;
    const open = box && openVariable(box.value);
    if (open) box.setSelectionRange(open.from, open.to);
    return Boolean(open);
  }

  private key(event: KeyboardEvent): void {
    if (this.choices.key(event, (choice) => void this.take(choice))) return;
    if (event.key === "Tab" && !event.shiftKey && this.writes === "reply" && this.isEmpty) {
      const offer = new CustomEvent("desk-insert", { bubbles: true, cancelable: true });
      if (!this.dispatchEvent(offer)) event.preventDefault();
      return;
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (this.isEmpty && !this.uploads.items.length && this.sending.pending) void this.sending.go();
    else this.querySelector("form")?.requestSubmit();
  }

  private takeBack(): void {
    const back = this.sending.takeBack();
    if (!back) return;
    this.uploads.restore(back.files ?? []);
    void this.insert(back.text, back.start);
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    const { box } = this;
    const text = box?.value.trim() ?? "";
    const files = this.writes === "reply" && this.uploads.items.length > 0;
    if (!box || !(text || files) || this.busy) return;
    if (files && this.uploads.holds) {
      this.problem = this.uploads.holds;
      return;
    }
    if (this.writes === "reply" && this.selectOpenVariable()) {
      this.problem = say("fill_first");
      return;
    }
    this.busy = true;
    const { writes } = this;
    try {
      const done = writes === "note" ? await this.saveNote(text) : await this.queueReply(text);
      if (done && box.value.trim() === text) {
        box.value = "";
        this.drafts.keep(writes, "");
        this.company.rest();
        this.grow();
        if (writes === "note") this.kind = "reply";
      }
    } catch (problem) {
      const why = problem instanceof Problem && problem.detail ? problem.detail : sayShared("network");
      this.problem = say("not_sent", { why });
    }
    this.busy = false;
  }

  private async queueReply(text: string): Promise<boolean> {
    if (this.sending.pending && !(await this.sending.go())) return false;
    const { start } = this.drafts;
    return this.sending.add({ clientId: newClientId(), text, start, files: this.uploads.take() });
  }

  /** Files that were pasted or dropped go with the reply; a note takes none. */
  private attach(event: Event, data: DataTransfer | null): void {
    const found = this.mine && this.writes === "reply" ? filesIn(data) : [];
    if (!found.length) return;
    event.preventDefault();
    this.uploads.add(found);
  }

  private async saveNote(text: string): Promise<boolean> {
    const mentions = [...this.mentioned].filter(([, name]) => text.includes(`@${name}`)).map(([id]) => id);
    await ask(`${this.path}/notes`, { method: "POST", body: { text, mentions } });
    this.mentioned.clear();
    this.tell("desk-changed");
    return true;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "desk-foot": DeskFoot;
  }
}
