/** <desk-foot>: under a transcript, the box to reply in when it is yours, else who has it and the way to take it. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Hand } from "lucide";
import desk from "../../texts/desk.json";
import { ask, Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { say as sayShared, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { remember, remembered } from "../shared/storage";

const say = sentences(desk);
type Owner = "bot" | "queue" | "agent" | "none";
type Kind = "reply" | "note";

@customElement("desk-foot")
export class DeskFoot extends PartElement {
  @property({ attribute: "data-owner" }) owner: Owner = "none";
  @property({ attribute: "data-agent" }) agent = "";
  @property({ attribute: "data-mine", type: Boolean }) mine = false;
  @state() private kind: Kind = "reply";
  @state() private busy = false;
  @state() private problem = "";
  private clientId = crypto.randomUUID();

  private get draftKey(): string {
    return `kefu.desk.${this.dataset["conversation"] ?? ""}.${this.writes}`;
  }

  /** What is being written: a reply only where the conversation is yours. */
  private get writes(): Kind {
    return this.mine ? this.kind : "note";
  }

  protected override render(): TemplateResult {
    return html`${this.mine ? nothing : this.bar()} ${this.box()}`;
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
              ${icon(Hand)} ${say("take_over")}
            </button>`
          : nothing
      }
    </div>`;
  }

  private box(): TemplateResult {
    const noting = this.writes === "note";
    const placeholder = say(noting ? "note_placeholder" : "reply_placeholder");
    return html`<form class="desk-box ${noting ? "noting" : ""}" @submit=${(event: Event) => void this.send(event)}>
      ${this.mine ? this.tabs() : nothing}
      <textarea
        rows=${this.mine ? 3 : 1}
        maxlength=${noting ? 2000 : 4000}
        aria-label=${placeholder}
        placeholder=${placeholder}
        aria-invalid=${String(Boolean(this.problem))}
        .value=${remembered(this.draftKey) ?? ""}
        @input=${(event: Event) => this.write(event)}
        @keydown=${(event: KeyboardEvent) => this.key(event)}
      ></textarea>
      <div class="row">
        ${this.problem ? html`<span class="error" role="alert">${this.problem}</span>` : nothing}
        <button class="button ${noting ? "" : "primary"} small push" aria-busy=${String(this.busy)}>
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
        @click=${() => this.choose(kind)}
      >
        ${say(kind)}
      </button>`;
    return html`<div class="row">${tab("reply")} ${tab("note")}</div>`;
  }

  private choose(kind: Kind): void {
    this.kind = kind;
    this.problem = "";
    void this.updateComplete.then(() => this.querySelector("textarea")?.focus());
  }

  private write(event: Event): void {
    remember(this.draftKey, (event.target as HTMLTextAreaElement).value || null);
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.querySelector("form")?.requestSubmit();
  }

  /** The same client_id is kept until the server has it, so that a retry is never a second reply. */
  private async send(event: Event): Promise<void> {
    event.preventDefault();
    const box = this.querySelector("textarea");
    const text = box?.value.trim() ?? "";
    if (!box || !text || this.busy) return;
    const [writes, draftKey] = [this.writes, this.draftKey];
    this.busy = true;
    try {
      const path = `/api/v1/conversations/${this.dataset["conversation"] ?? ""}/${writes === "note" ? "notes" : "replies"}`;
      const body = writes === "note" ? { text } : { text, client_id: this.clientId };
      await ask(path, { method: "POST", body });
      this.clientId = crypto.randomUUID();
      this.problem = "";
      remember(draftKey, null);
      box.value = "";
      this.kind = "reply";
      this.tell("desk-changed");
    } catch (problem) {
      const why = problem instanceof Problem && problem.detail ? problem.detail : sayShared("network");
      this.problem = say("not_sent", { why });
    }
    this.busy = false;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "desk-foot": DeskFoot;
  }
}
