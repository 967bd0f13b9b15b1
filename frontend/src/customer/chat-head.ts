/** <kefu-chat-head>: who answers now, in words; the language, the theme, and always the way to a person. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Ellipsis, Headset, Minus, NotebookText, SunMoon } from "lucide";
import { PartElement } from "../shared/element";
import { locale, ours, say as sayShared, setLocale, type Locale } from "../shared/i18n";
import { icon } from "../shared/icons";
import { switchTheme } from "../shared/theme";
import type { ChatConfig } from "./config";
import { peopleThere, workingDay } from "./hours";
import { say } from "./texts";
import type { Thread } from "./thread";

const LANGUAGES: readonly [Locale, "language_zh" | "language_en"][] = [
  ["zh-CN", "language_zh"],
  ["en", "language_en"],
];

@customElement("kefu-chat-head")
export class ChatHead extends PartElement {
  @property({ attribute: false }) config!: ChatConfig;
  /** Changes in place, so it is drawn again every time. */
  @property({ attribute: false, hasChanged: () => true }) thread!: Thread;
  @property({ type: Boolean }) answering = false;
  @property({ type: Boolean }) narrow = false;
  @property({ type: Boolean }) asking = false;
  /** In a frame on somebody's site, which can be folded away. */
  @property({ type: Boolean }) framed = false;
  /** The customer is signed in, so something may be remembered of them. */
  @property({ type: Boolean }) remembers = false;
  @state() private menuOpen = false;

  protected override render(): TemplateResult {
    const agent = this.thread.owner === "agent" ? (this.thread.agentName ?? say("agent_fallback")) : null;
    const personOnIt = this.thread.owner === "agent" || this.thread.owner === "queue";
    return html`<header class="head">
      ${agent ? html`<span class="avatar logo" aria-hidden="true">${Array.from(agent)[0]}</span>` : this.logo()}
      <div class="who">
        <h1 class="ellipsis">${agent ?? ours(this.config.title)}</h1>
        <p class="status ${this.owner}" role="status">
          <i class="owner-dot"></i><span class="ellipsis">${this.status}</span>
        </p>
      </div>
      ${this.narrow ? nothing : html`${this.memoryButton()} ${this.themeButton()} ${this.languages()}`}
      ${personOnIt ? nothing : this.person()} ${this.narrow ? this.more() : nothing}
      ${this.framed ? this.fold() : nothing}
    </header>`;
  }

  private person(): TemplateResult {
    return html`${this.narrow ? nothing : html`<i class="head-line"></i>`}
      <button
        type="button"
        class="button person"
        aria-label=${say("to_person")}
        aria-busy=${String(this.asking)}
        @click=${() => this.tell("kefu-person", "asked")}
      >
        ${icon(Headset)}${say(this.narrow ? "to_person_short" : "to_person")}
      </button>`;
  }

  private fold(): TemplateResult {
    return html`<button
      type="button"
      class="button ghost icon-only"
      aria-label=${say("fold")}
      title=${say("fold")}
      @click=${() => this.tell("kefu-leave")}
    >
      ${icon(Minus, 20)}
    </button>`;
  }

  private get owner(): string {
    return this.thread.lifecycle === "closed" ? "none" : this.thread.owner;
  }

  private get status(): string {
    const { thread } = this;
    if (thread.lifecycle === "closed" || thread.owner === "none") return say("status_ended");
    if (thread.owner === "agent") return say("status_agent");
    if (thread.owner === "queue") {
      const position = thread.place?.position ?? null;
      if (position === null) return say("status_queue_unknown");
      return position <= 1 ? say("status_queue_next") : say("status_queue", { n: position - 1 });
    }
    return this.botStatus();
  }

  private botStatus(): string {
    const { hours } = this.config;
    const day = hours ? workingDay(hours) : null;
    if (!hours || !day) return say(this.answering ? "status_answering_alone" : "status_bot_alone");
    const { open, close } = day;
    if (this.answering) return this.narrow ? say("status_answering_alone") : say("status_answering", { open, close });
    if (!peopleThere(hours)) return say("status_closed", { open });
    return this.narrow ? say("status_short") : say("status_bot", { open, close });
  }

  private logo(): TemplateResult {
    const { logo_url: url } = this.config;
    if (url) return html`<img class="logo" src=${url} alt="" width="30" height="30" />`;
    return html`<span class="avatar ai logo" aria-hidden="true">${say("ai")}</span>`;
  }

  private memoryButton(): TemplateResult | typeof nothing {
    if (!this.remembers) return nothing;
    return html`<button
      type="button"
      class="button ghost icon-only"
      aria-label=${say("memory")}
      aria-haspopup="dialog"
      title=${say("memory")}
      @click=${() => this.tell("kefu-memory")}
    >
      ${icon(NotebookText)}
    </button>`;
  }

  private themeButton(): TemplateResult {
    return html`<button
      type="button"
      class="button ghost icon-only"
      aria-label=${sayShared("theme")}
      title=${sayShared("theme")}
      @click=${this.changeTheme}
    >
      ${icon(SunMoon)}
    </button>`;
  }

  private languages(): TemplateResult {
    return html`<div
      class="segment"
      role="radiogroup"
      aria-label=${sayShared("language")}
      @keydown=${this.moveLanguage}
    >
      ${LANGUAGES.map(
        ([code, label]) =>
          html`<button
            type="button"
            role="radio"
            lang=${code}
            tabindex=${locale() === code ? 0 : -1}
            aria-checked=${String(locale() === code)}
            @click=${() => setLocale(code)}
          >
            ${sayShared(label)}
          </button>`,
      )}
    </div>`;
  }

  private more(): TemplateResult {
    return html`<div class="more" @focusout=${this.leaveMenu} @keydown=${this.escapeMenu}>
      <button
        type="button"
        class="button ghost icon-only"
        aria-label=${say("more")}
        aria-haspopup="true"
        aria-expanded=${String(this.menuOpen)}
        @click=${() => (this.menuOpen = !this.menuOpen)}
      >
        ${icon(Ellipsis, 20)}
      </button>
      ${this.menuOpen ? html`<div class="menu">${this.languages()} ${this.themeButton()} ${this.memoryButton()}</div>` : nothing}
    </div>`;
  }

  private changeTheme(): void {
    switchTheme();
    this.requestUpdate();
  }

  private moveLanguage(event: KeyboardEvent): void {
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    setLocale(locale() === "en" ? "zh-CN" : "en");
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('.segment [aria-checked="true"]')?.focus());
  }

  private leaveMenu(event: FocusEvent): void {
    const to = event.relatedTarget;
    if (to instanceof Node && !(event.currentTarget as Element).contains(to)) this.menuOpen = false;
  }

  private escapeMenu(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !this.menuOpen) return;
    event.stopPropagation();
    this.menuOpen = false;
    this.querySelector<HTMLElement>(".more > button")?.focus();
  }
}
