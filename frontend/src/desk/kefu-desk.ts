/** <kefu-desk>: keeps the open conversation fresh. It hears what changed, fetches the page again and swaps the parts. */
import { ask, askPage, Problem } from "../shared/api";
import { show } from "../shared/files/picture";
import { say as sayShared } from "../shared/i18n";
import { LiveStream, type LiveEvent } from "../shared/live";
import { toast } from "../staff/toast";
import type { Heard } from "./list/desk-list";
import "./list/desk-list";
import { writeTimes } from "./local-times";
import { commandsOf } from "./commands";
import { Keys } from "./keys";
import { Reading } from "./reading";
import "./desk-connection";
import type { LiveState } from "./desk-connection";
import { RunningAnswer } from "./running-answer";
import "./side/desk-brief";
import "./side/desk-orders";
import "./side/desk-suggestion";
import type { Insertion } from "./side/desk-suggestion";
import { askUntil } from "./snooze";
import { renew } from "./transcript";
import { askHow } from "./wrap-up";

const CALM_MS = 250;
const NEAR_END_PX = 120;

export class KefuDesk extends HTMLElement {
  private stream: LiveStream | null = null;
  private timer: number | undefined;
  private fetching = false;
  private again = false;
  private readonly answer = new RunningAnswer(() => this.querySelector(".transcript"));
  private readonly reading = new Reading(this);
  private leave: () => void = () => undefined;
  private readonly keys = new Keys(
    () => commandsOf(this),
    () =>
      [...this.querySelectorAll<HTMLAnchorElement>(".desk-row")].map((row) => ({
        words: row.querySelector("b")?.textContent ?? "",
        href: row.href,
      })),
  );
  private readonly key = (event: KeyboardEvent) => {
    if (!event.defaultPrevented && this.keys.take(event)) event.preventDefault();
  };

  connectedCallback(): void {
    this.addEventListener("click", (event) => void this.act(event));
    this.addEventListener("click", (event) => this.look(event));
    this.addEventListener("desk-changed", () => {
      this.querySelector("desk-list")?.refreshSoon();
      this.refreshSoon();
    });
    this.addEventListener("desk-live", (event) => this.live((event as CustomEvent<LiveState>).detail));
    this.addEventListener("desk-retry", () => {
      this.stream?.retryNow();
      this.querySelector("desk-list")?.retryNow();
    });
    this.addEventListener("desk-heard", (event) => this.heard((event as CustomEvent<Heard>).detail));
    this.addEventListener("desk-signal", (event) => this.signalled((event as CustomEvent<LiveEvent>).detail));
    this.addEventListener("desk-put", (event) => this.put((event as CustomEvent<Insertion>).detail));
    this.addEventListener("desk-insert", (event) => {
      if (this.querySelector("desk-suggestion")?.insert()) event.preventDefault();
    });
    document.addEventListener("keydown", this.key);
    this.toEnd();
    const conversation = this.dataset["conversation"];
    if (!conversation) return;
    this.leave = this.reading.watch();
    void ask(`/api/v1/conversations/${conversation}/mentions/seen`, { method: "POST" })
      .then(() => this.querySelector("desk-mentions")?.look())
      .catch(() => undefined);
    const path = `/api/v1/conversations/${conversation}/events`;
    this.stream = new LiveStream(path, {
      onEvent: (event) => this.hear(event),
      onOpen: () => this.live({ stream: "conversation", up: true }),
      onLost: () => this.live({ stream: "conversation", up: false }),
    });
  }

  disconnectedCallback(): void {
    this.stream?.close();
    this.leave();
    clearTimeout(this.timer);
    document.removeEventListener("keydown", this.key);
  }

  /** What was missed is fetched, and what could not be sent goes out, once everything is back. */
  private live(state: LiveState): void {
    if (!this.querySelector("desk-connection")?.take(state)) return;
    this.querySelector("desk-list")?.refreshSoon();
    this.querySelector("desk-foot")?.sendAgain();
    if (this.dataset["conversation"]) this.refreshSoon();
  }

  /** The list heard of changes: what concerns the open conversation, or nobody knows whom, is looked at. */
  private heard({ conversation_ids }: Heard): void {
    const conversation = this.dataset["conversation"];
    if (!conversation || (conversation_ids.length && !conversation_ids.includes(conversation))) return;
    this.refreshSoon();
  }

  private hear(event: LiveEvent): void {
    const grew = this.answer.take(event);
    if (grew) this.toEndIfNear();
    else if (!this.isPassing(event)) this.refreshSoon();
    const spoken = event.name === "message.created" ? (event.data as { role: string }).role : "";
    if (spoken === "customer") {
      this.querySelector("desk-foot")?.customerSpoke();
      this.querySelector("desk-suggestion")?.renew();
    }
    if (spoken || event.name === "answer.completed") this.querySelector("desk-brief")?.renew();
  }

  /** What changes nothing on the page: text on its way, and what the staff does itself. */
  private isPassing({ name, data }: LiveEvent): boolean {
    if (name === "message.read") return (data as { by: string }).by === "agent";
    return name === "answer.delta" || name === "agent.typing";
  }

  private signalled(event: LiveEvent): void {
    const about = event.data as { mentioned?: string[] };
    if (event.name === "note.added") {
      this.refreshSoon();
      if (about.mentioned?.includes(this.dataset["staff"] ?? "")) void this.querySelector("desk-mentions")?.look();
    } else this.querySelector("desk-foot")?.hear(event.name, about);
  }

  private put({ text, start, kind }: Insertion): void {
    const foot = this.querySelector("desk-foot");
    if (foot) void foot.insert(text, start, foot.mine ? kind : "note");
  }

  private refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.refresh(), CALM_MS);
  }

  /** Fetches the page as it would be now; one at a time, and once more when something changed meanwhile. */
  private async refresh(): Promise<void> {
    this.again = this.fetching;
    if (this.fetching) return;
    this.fetching = true;
    try {
      const fresh = await askPage(location.pathname + location.search);
      if (fresh?.querySelector("kefu-desk")) this.swap(fresh);
    } catch {
      // the network: the next event, or the stream's return, tries again
    } finally {
      this.fetching = false;
    }
    if (this.again) this.refreshSoon();
  }

  private swap(fresh: Document): void {
    const near = this.isNearEnd();
    for (const theirs of fresh.querySelectorAll<HTMLElement>("[data-part]")) {
      const ours = this.querySelector(`[data-part="${theirs.dataset["part"] ?? ""}"]`);
      if (!ours || ours.outerHTML === theirs.outerHTML || ours.querySelector("dialog[open]")) continue;
      const top = ours.parentElement?.scrollTop ?? 0;
      const active = document.activeElement;
      const focused = active && ours.contains(active) ? active.getAttribute("href") : null;
      const imported = document.importNode(theirs, true);
      ours.replaceWith(imported);
      writeTimes(imported);
      if (imported.parentElement) imported.parentElement.scrollTop = top;
      if (focused) imported.querySelector<HTMLElement>(`[href="${CSS.escape(focused)}"]`)?.focus();
    }
    const [lines, freshLines] = [this.querySelector(".transcript"), fresh.querySelector(".transcript")];
    if (lines && freshLines) for (const line of renew(lines, freshLines)) writeTimes(line);
    const foot = fresh.querySelector("desk-foot");
    for (const name of ["data-owner", "data-agent", "data-mine"]) {
      const value = foot?.getAttribute(name) ?? null;
      if (value === null) this.querySelector("desk-foot")?.removeAttribute(name);
      else this.querySelector("desk-foot")?.setAttribute(name, value);
    }
    this.querySelector("desk-orders")?.toggleAttribute("data-mine", foot?.hasAttribute("data-mine") ?? false);
    const [offer, freshOffer] = [this.querySelector("desk-suggestion"), fresh.querySelector("desk-suggestion")];
    if (offer && freshOffer?.hasAttribute("data-eager") && !offer.hasAttribute("data-eager")) {
      offer.setAttribute("data-eager", "");
      offer.renew();
    }
    this.answer.show();
    if (near) this.toEnd();
    this.reading.look();
  }

  private isNearEnd(): boolean {
    const list = this.querySelector(".transcript");
    return !list || list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
  }

  private toEndIfNear(): void {
    if (this.isNearEnd()) this.toEnd();
  }

  private toEnd(): void {
    const list = this.querySelector(".transcript");
    if (list && !location.hash) list.scrollTop = list.scrollHeight;
  }

  /** A picture opens large over the desk; with a modifier, or without our help, it is saved. */
  private look(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>("a[data-picture]") : null;
    const { picture, type } = link?.dataset ?? {};
    if (!link || !picture || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const path = `/api/v1/conversations/${this.dataset["conversation"] ?? ""}/attachments`;
    const file = { attachment_id: picture, name: link.getAttribute("download") ?? "", media_type: type ?? "", size: 0 };
    void show(file, { path }).catch(() => toast(sayShared("network"), "alert"));
  }

  /** What a step wants to know before it is done; null when it was called off. */
  private asked(act: string, from: HTMLElement): Promise<object | null> | undefined {
    if (["take-over", "put-back", "wake"].includes(act)) return undefined;
    if (act === "snooze") return askUntil(from);
    return askHow(act === "close", from, this.querySelector("desk-brief")?.text ?? "");
  }

  private async act(event: Event): Promise<void> {
    const toggle = event.target instanceof Element ? event.target.closest("[data-side]") : null;
    toggle?.setAttribute("aria-expanded", String(this.toggleAttribute("data-side-open")));
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[data-act]") : null;
    const act = button?.dataset["act"];
    if (!button || !act || button.getAttribute("aria-busy") === "true") return;
    const body = await this.asked(act, button);
    if (body === null) return;
    button.setAttribute("aria-busy", "true");
    try {
      await ask(`/api/v1/conversations/${this.dataset["conversation"] ?? ""}/${act}`, { method: "POST", body });
    } catch (problem) {
      toast(problem instanceof Problem && problem.detail ? problem.detail : sayShared("network"), "alert");
    }
    button.removeAttribute("aria-busy");
    this.querySelector("desk-list")?.refreshSoon();
    await this.refresh();
    if (act === "take-over") this.querySelector<HTMLTextAreaElement>("desk-foot textarea")?.focus();
  }
}

customElements.define("kefu-desk", KefuDesk);
