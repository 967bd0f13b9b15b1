/** <kefu-chat>: the whole conversation with a customer, as a full page or (mode="widget") in a frame. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { locale, ours } from "../shared/i18n";
import { onTheme, theme } from "../shared/theme";
import type { AnswerElement } from "./answer";
import { Announcer } from "./announcer";
import { connectionBanner } from "./banner";
import { loadingLines } from "./cards";
import "./chat-head";
import "./composer";
import type { Composer, Written } from "./composer";
import { applyAccent, readConfig, type ChatConfig } from "./config";
import type { Decision } from "./confirm-card";
import type { AnyEvent, Feedback } from "./contract";
import { embed } from "./embedding";
import type { MemoryElement } from "./memory/kefu-memory";
import { rememberedPart } from "./memory/place";
import { Reading } from "./reading";
import { ThreadScroll } from "./scroll";
import { Session } from "./session";
import type { Survey } from "./survey-card";
import { say } from "./texts";
import { UnreadTitle } from "./unread";
import { followViewport } from "./viewport";
import { threadItems, type ThreadView } from "./thread-view";
import type { BotItem } from "./thread";

interface OpenSource {
  answerId: string;
  number: number;
}

const WIDE = 1024;
const NARROW = 480;

@customElement("kefu-chat")
export class KefuChat extends PartElement {
  /** The id of the page's JSON with the company's names, colours and suggestions. */
  @property({ attribute: "config" }) configId = "kefu-config";
  @property() mode: "page" | "widget" = "page";

  @state() private width = innerWidth;
  @state() private source: OpenSource | null = null;
  @state() private problem = "";
  @state() private busy: "person" | "stop" | "survey" | "decide" | null = null;
  @state() private now = Date.now();

  @query(".scroller") private scroller!: HTMLElement | null;
  @query("kefu-composer") private composer!: Composer;
  @query("dialog.source-sheet") private sheet!: HTMLDialogElement | null;
  @query("kefu-memory") private memory!: MemoryElement | null;

  private config: ChatConfig = readConfig(this.configId);
  private session!: Session;
  private readonly announcer = new Announcer();
  private readonly reading = new ThreadScroll(
    () => this.scroller,
    () => this.requestUpdate(),
  );
  private readonly unread = new UnreadTitle(() => this.requestUpdate());
  private readonly read = new Reading(
    () => this.session,
    () => this.unread.looked && !this.reading.below,
  );
  private leaving: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.config = readConfig(this.configId);
    this.session = new Session(this, this.config.channel);
    this.session.onEvent = (event, live) => this.hear(event, live);
    const clockwork = setInterval(() => this.tick(), 1000);
    const size = new ResizeObserver(([entry]) => (this.width = entry?.contentRect.width ?? innerWidth));
    size.observe(this);
    this.leaving = [
      () => clearInterval(clockwork),
      () => size.disconnect(),
      onTheme(() => this.paint()),
      followViewport(this),
      this.unread.watch(),
      embed(this, this.unread, () => this.composer.focus()),
    ];
    this.addEventListener("keydown", this.escape);
    this.paint();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const leave of this.leaving) leave();
    this.removeController(this.session);
    this.session.hostDisconnected();
  }

  private get narrow(): boolean {
    return this.mode === "widget" || this.width < NARROW;
  }

  private get answering(): BotItem | null {
    return this.session.thread.running;
  }

  protected override render(): TemplateResult {
    const shape = this.width >= WIDE && this.mode === "page" ? "wide" : this.narrow ? "narrow" : "middle";
    return html`<div
        class="frame ${shape}"
        @kefu-person=${(event: CustomEvent<string>) => void this.askForPerson(event.detail)}
        @kefu-ask=${(event: CustomEvent<string>) => this.send(event.detail)}
        @kefu-send=${({ detail }: CustomEvent<Written>) => this.send(detail.text, detail.files)}
        @kefu-stop=${() => void this.stop()}
        @kefu-again=${(event: CustomEvent<BotItem>) => void this.again(event.detail)}
        @kefu-vote=${(event: CustomEvent<{ item: BotItem; feedback: Feedback }>) => void this.vote(event.detail)}
        @kefu-source=${(event: CustomEvent<OpenSource>) => void this.openSource(event.detail)}
        @kefu-source-go=${(event: CustomEvent<number>) => this.goToSource(event.detail)}
        @kefu-source-close=${() => this.closeSource()}
        @kefu-decide=${(event: CustomEvent<Decision>) => void this.decide(event.detail)}
        @kefu-survey=${(event: CustomEvent<Survey>) => void this.survey(event.detail)}
        @kefu-skip=${() => (this.session.surveyDone = "skipped")}
        @kefu-write=${() => this.composer.focus()}
        @kefu-stop-waiting=${() => void this.stopWaiting()}
        @kefu-typing=${() => this.session.type()}
        @kefu-memory=${() => void this.memory?.open()}
      >
        <kefu-chat-head
          .config=${this.config}
          .thread=${this.session.thread}
          ?answering=${this.answering !== null}
          ?narrow=${this.narrow}
          ?framed=${this.mode === "widget"}
          ?asking=${this.busy === "person"}
          ?remembers=${this.session.customer !== null}
        ></kefu-chat-head>
        <div class="body">
          <main class="talk">${this.banner()} ${this.log()} ${this.pill()} ${this.foot()}</main>
          ${shape === "wide" ? this.panel() : nothing}
        </div>
      </div>
      ${shape === "wide" || this.mode === "widget" ? nothing : this.sourceSheet()} ${this.announcer.region}`;
  }

  private banner(): TemplateResult | typeof nothing {
    return connectionBanner(this.session, this.now, () => this.session.retryNow());
  }

  private log(): TemplateResult {
    return html`<div
      class="scroller"
      role="log"
      aria-live="off"
      aria-label=${say("conversation")}
      tabindex="0"
      @scroll=${this.reading.noticed}
    >
      <div class="column">${this.session.loading ? loadingLines() : threadItems(this.view())}</div>
    </div>`;
  }

  private view(): ThreadView {
    const { session, config } = this;
    return {
      config,
      thread: session.thread,
      outgoing: session.outbox.items,
      now: this.now,
      typing: session.typingUntil > this.now,
      openAnswer: this.source?.answerId ?? null,
      openNumber: this.source?.number ?? null,
      card: this.mode === "widget" ? this.sources("card") : nothing,
      leave: (left) => session.leaveMessage(left),
      deciding: this.busy === "decide",
      memory: rememberedPart(this.session, this.answering !== null),
      survey: { done: session.surveyDone, busy: this.busy === "survey", problem: this.problem },
      retry: (id) => session.outbox.retry(id),
      drop: (id) => session.outbox.drop(id),
      files: session.files,
    };
  }

  private pill(): TemplateResult | typeof nothing {
    if (!this.reading.below) return nothing;
    return html`<div class="pill-row">
      <button type="button" class="pill" @click=${() => this.reading.toBottom(true)}>
        ${say(this.reading.following && !this.answering ? "to_bottom" : "new_messages")}
      </button>
    </div>`;
  }

  private foot(): TemplateResult {
    const { channel } = this.config;
    const company = ours(this.config.company);
    return html`<footer class="foot">
      ${this.problem ? html`<p class="error problem" role="alert">${this.problem}</p>` : nothing}
      <kefu-composer
        .draftKey=${`kefu.draft.${channel}`}
        .placeholder=${this.placeholder}
        .place=${this.session.files}
        ?running=${this.answering !== null}
        ?stopping=${this.busy === "stop"}
        ?narrow=${this.narrow}
      ></kefu-composer>
      ${
        this.width < NARROW && this.mode === "page"
          ? nothing
          : html`<p class="notice caption">
              ${this.mode === "widget" ? say("ai_notice_short") : say("ai_notice", { company })}
            </p>`
      }
    </footer>`;
  }

  private get placeholder(): string {
    const { thread } = this.session;
    if (this.answering) return say(this.narrow ? "busy_placeholder_short" : "busy_placeholder");
    if (thread.lifecycle === "closed" || thread.owner === "none") return say("ended_placeholder");
    if (thread.owner === "queue") return say("queue_placeholder");
    if (thread.owner === "agent") return say("agent_placeholder", { name: thread.agentName ?? say("agent_fallback") });
    return say("placeholder");
  }

  private get openItem(): BotItem | null {
    const item = this.source ? this.session.thread.find(this.source.answerId) : null;
    return item?.kind === "bot" ? item : null;
  }

  private sources(shape: "panel" | "sheet" | "card"): TemplateResult | typeof nothing {
    const item = this.openItem;
    if (!item || !this.source) return nothing;
    return html`<kefu-sources
      .shape=${shape}
      .citations=${item.answer.citations}
      .number=${this.source.number}
      .answerText=${item.text}
      .language=${locale()}
    ></kefu-sources>`;
  }

  private panel(): TemplateResult | typeof nothing {
    return this.openItem
      ? html`<aside class="panel" aria-label=${say("source")}>${this.sources("panel")}</aside>`
      : nothing;
  }

  private sourceSheet(): TemplateResult {
    return html`<dialog
      class="sheet source-sheet"
      aria-label=${say("source")}
      @close=${() => this.source && this.closeSource()}
      @click=${(event: Event) => event.target === this.sheet && this.closeSource()}
      @kefu-source-go=${(event: CustomEvent<number>) => this.goToSource(event.detail)}
      @kefu-source-close=${() => this.closeSource()}
    >
      ${this.sources("sheet")}
    </dialog>`;
  }

  protected override updated(changed: PropertyValues): void {
    const last = this.session.thread.items.at(-1);
    const answer = last?.kind === "bot" ? last : null;
    const growing = answer?.answer.state === "growing";
    // children draw one microtask later; where the page then stands is decided after them
    requestAnimationFrame(() => {
      const words = answer?.id ? this.answerElement(answer.id)?.firstElementChild : null;
      this.reading.keep(words, growing);
      this.read.look();
    });
    if (changed.has("source") || changed.has("width")) this.showSheet();
  }

  private showSheet(): void {
    if (!this.sheet) return;
    if (this.openItem && !this.sheet.open) this.sheet.showModal();
    else if (!this.openItem && this.sheet.open) this.sheet.close();
  }

  private answerElement(id: string): AnswerElement | null {
    return this.renderRoot.querySelector<AnswerElement>(`kefu-answer[data-key="${id}"]`);
  }

  private paint(): void {
    const shade = this.config.accent?.[theme()];
    if (shade) applyAccent(this, shade);
    this.requestUpdate();
  }

  private tick(): void {
    const { thread, connection, retryAt, typingUntil } = this.session;
    const waiting = thread.running?.answer.state === "waiting";
    if (waiting || connection === "lost" || retryAt !== null || typingUntil > 0) this.now = Date.now();
  }

  private hear(event: AnyEvent, live: boolean): void {
    const news = event.name === "answer.completed" || (event.name === "message.created" && event.data.role === "agent");
    if (live && news) this.unread.count();
    this.announcer.hear(event, this.session.thread, live);
    if (["answer.delta", "answer.completed", "answer.failed"].includes(event.name)) this.now = Date.now();
  }

  private send(text: string, files: Written["files"] = []): void {
    this.problem = "";
    this.session.say(text, files);
    void this.updateComplete.then(() => requestAnimationFrame(() => this.reading.toBottom(false)));
  }

  private async attempt(
    task: "person" | "stop" | "survey" | "decide" | null,
    sentence: string,
    act: () => Promise<void>,
  ) {
    this.busy = task;
    this.problem = "";
    try {
      await act();
    } catch (problem) {
      this.problem = (problem instanceof Problem && problem.detail) || sentence;
    } finally {
      this.busy = null;
    }
  }

  private async askForPerson(reason: string): Promise<void> {
    if (this.busy === "person") return;
    await this.attempt("person", say("to_person_failed"), () =>
      this.session.askForPerson(reason === "asked" ? null : reason),
    );
    this.reading.toBottom(false);
  }

  private async stop(): Promise<void> {
    const id = this.answering?.id;
    if (id && this.busy !== "stop") await this.attempt("stop", "", () => this.session.stop(id));
  }

  private again(item: BotItem): Promise<void> {
    const { id } = item;
    return this.attempt(null, say("regenerate_failed"), async () => {
      if (id) await this.session.regenerate(id, item.answer.questionId);
    });
  }

  private async vote({ item, feedback }: { item: BotItem; feedback: Feedback }): Promise<void> {
    if (item.id === null) return;
    try {
      await this.session.vote(item.id, feedback, item.answer.feedback);
    } catch {
      this.answerElement(item.id)?.say(say("rate_failed"));
    }
  }

  private async decide({ id, accept }: Decision): Promise<void> {
    if (this.busy === "decide") return;
    await this.attempt("decide", say("confirm_problem"), () => this.session.decide(id, accept));
    this.reading.toBottom(true);
  }

  private stopWaiting(): Promise<void> {
    return this.attempt(null, say("queue_leave_failed"), () => this.session.stopWaiting());
  }

  private survey(survey: Survey): Promise<void> {
    return this.attempt("survey", say("survey_failed"), async () => {
      await this.session.answerSurvey(survey);
      this.session.surveyDone = "sent";
      this.announcer.say(say("survey_ok"));
    });
  }

  private async openSource(wanted: OpenSource): Promise<void> {
    await import("./sources").catch(() => undefined); // not in the page's first script: few open one at once
    const same = this.source?.answerId === wanted.answerId && this.source.number === wanted.number;
    if (same) this.closeSource();
    else this.source = wanted;
  }

  private goToSource(number: number): void {
    if (this.source) this.source = { ...this.source, number };
  }

  private closeSource(): void {
    const open = this.source;
    this.source = null;
    if (open) void this.updateComplete.then(() => this.answerElement(open.answerId)?.chip(open.number)?.focus());
  }

  /** Esc closes the source first, then stops the answer; a menu has taken the key before it comes here. */
  private readonly escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    if (this.source) this.closeSource();
    else if (this.answering) void this.stop();
    else this.tell("kefu-leave");
  };
}
