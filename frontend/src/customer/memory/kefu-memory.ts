/** <kefu-memory>: asks a signed-in customer once whether we may remember; opened, it shows and erases what we do. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { remember, remembered } from "../../shared/storage";
import { say } from "./texts";
import "./memory-panel";
import type { Erasing } from "./memory-panel";
import type { Memory, MemoryRequest } from "./types";

@customElement("kefu-memory")
export class MemoryElement extends PartElement {
  @property({ attribute: false }) request!: MemoryRequest;
  @property({ attribute: false }) customer = "";
  @property({ attribute: false }) conversation: string | null = null;
  /** Something was answered and nothing is being answered: a good moment to ask. */
  @property({ type: Boolean, attribute: "may-ask" }) mayAsk = false;

  @state() private known: Memory | null = null;
  @state() private decided: boolean | null = null;
  @state() private shown = false;
  @state() private busy = false;
  @state() private problem = "";
  private looked = false;

  @query("dialog") private dialog!: HTMLDialogElement | null;

  /** Shows everything that is kept. */
  async open(): Promise<void> {
    this.shown = true;
    await this.attempt(async () => {
      this.known = await this.request<Memory>("", {});
    });
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("mayAsk") && !this.mayAsk) this.decided = null; // the talk goes on
    if (changed.has("mayAsk") && this.mayAsk && !this.looked && this.unasked) void this.look();
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (this.shown && this.dialog && !this.dialog.open) this.dialog.showModal();
    if (changed.has("known")) this.comeIntoView();
  }

  /** The question shows whole to whoever reads the end of the thread; who reads further up is left there. */
  private comeIntoView(): void {
    const card = this.querySelector(".memory-card");
    const scroller = this.closest(".scroller");
    if (!card || !scroller) return;
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    if (below < card.clientHeight + 80) scroller.scrollTo({ top: scroller.scrollHeight });
  }

  /** One who let the question stand is not asked again in another conversation. */
  private get unasked(): boolean {
    const where = remembered(this.askedKey);
    return where === null || where === this.conversation;
  }

  private get askedKey(): string {
    return `kefu.memory-asked.${this.customer}`;
  }

  private async look(): Promise<void> {
    this.looked = true;
    try {
      this.known = await this.request<Memory>("", {});
    } catch {
      this.looked = false; // asked after the next answer
      return;
    }
    if (this.known.consent === null) remember(this.askedKey, this.conversation);
  }

  protected override render(): TemplateResult {
    return html`${this.card()}
    ${
      this.shown
        ? html`<dialog
            class="sheet memory"
            aria-labelledby="memory-title"
            @close=${() => (this.shown = false)}
            @keydown=${keepEscape}
          >
            <kefu-memory-panel
              .known=${this.known}
              .problem=${this.problem}
              ?busy=${this.busy}
              @kefu-consent=${(event: CustomEvent<boolean>) => void this.decide(event.detail)}
              @kefu-erase=${(event: CustomEvent<Erasing>) => void this.erase(event.detail)}
              @kefu-memory-close=${() => this.dialog?.close()}
            ></kefu-memory-panel>
          </dialog>`
        : nothing
    }`;
  }

  private card(): TemplateResult | typeof nothing {
    if (this.decided !== null) return this.thanks(this.decided);
    if (!this.mayAsk || !this.known?.available || this.known.consent !== null || !this.unasked) return nothing;
    return html`<section class="card memory-card" aria-labelledby="memory-ask">
      <h2 class="title-15" id="memory-ask">${say("ask")}</h2>
      <p class="muted">${say("ask_text")}</p>
      ${this.problem && !this.shown ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
      <div class="two">
        <button type="button" class="button large" ?disabled=${this.busy} @click=${() => void this.answer(false)}>
          ${say("no")}
        </button>
        <button
          type="button"
          class="button primary large"
          aria-busy=${String(this.busy)}
          @click=${() => void this.answer(true)}
        >
          ${say("yes")}
        </button>
      </div>
    </section>`;
  }

  private thanks(yes: boolean): TemplateResult {
    return html`<p class="system-line memory-said" role="status" tabindex="-1">
      ${say(yes ? "thanks" : "declined")}
      ${yes ? html`<button type="button" class="link-button" @click=${() => void this.open()}>${say("look")}</button>` : nothing}
    </p>`;
  }

  private async answer(consent: boolean): Promise<void> {
    if (this.busy || !(await this.decide(consent))) return;
    this.decided = consent;
    await this.updateComplete;
    this.querySelector<HTMLElement>(".memory-said")?.focus(); // the button that had the focus is gone
  }

  private decide(consent: boolean): Promise<boolean> {
    return this.attempt(async () => {
      this.known = await this.request<Memory>("", { method: "PUT", body: { consent } });
      this.decided = null;
    });
  }

  private erase({ fact, all }: Erasing): Promise<boolean> {
    return this.attempt(async () => {
      await this.request(all ? "" : `/${fact}`, { method: "DELETE" });
      this.known = await this.request<Memory>("", {});
    });
  }

  private async attempt(act: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.problem = "";
    try {
      await act();
      return true;
    } catch (problem) {
      this.problem = (problem instanceof Problem && problem.detail) || say("failed");
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/** Esc closes the panel; it must not stop the answer behind it as well. */
function keepEscape(event: KeyboardEvent): void {
  if (event.key === "Escape") event.stopPropagation();
}
