/** <desk-list>: the left column. It hears which conversations changed, tells the desk, and fetches itself again. */
import desk from "../../../texts/desk.json";
import { ask, askPage, Problem } from "../../shared/api";
import { say as sayShared, sentences } from "../../shared/i18n";
import { LiveStream, type LiveEvent } from "../../shared/live";
import { toast } from "../../staff/toast";
import type { LiveState } from "../desk-connection";
import { writeTimes } from "../local-times";
import { alertOf } from "./alerts";
import "./desk-presence";
import { moved, renewInPlace } from "./rows";

const say = sentences(desk);
const CALM_MS = 250;
const PARTS = [".desk-filters", ".desk-offers", ":scope > ul, :scope > .state", ".desk-more"];

/** What the desk is told; no ids mean that anything may have changed. */
export interface Heard {
  conversation_ids: string[];
}

/** What one person is told; `by` is who did it. */
interface Told {
  conversation_id: string;
  how?: string;
  by?: string;
  text?: string;
  note?: string;
}

export class DeskList extends HTMLElement {
  private stream: LiveStream | null = null;
  private timer: number | undefined;
  private fetching = false;
  private again = false;
  private readonly calmTitle = document.title;

  connectedCallback(): void {
    this.addEventListener("pointerleave", () => this.refreshSoon());
    this.addEventListener("focusout", () => this.refreshSoon());
    this.addEventListener("click", (event) => void this.press(event));
    document.addEventListener("visibilitychange", () => (document.title = this.calmTitle));
    const { open } = this.dataset;
    this.stream = new LiveStream(`/api/v1/desk/events${open ? `?conversation_id=${open}` : ""}`, {
      onEvent: (event) => this.hear(event),
      onOpen: () => this.live(true),
      onLost: () => this.live(false),
    });
  }

  disconnectedCallback(): void {
    this.stream?.close();
    clearTimeout(this.timer);
  }

  private live(up: boolean): void {
    this.dispatchEvent(new CustomEvent<LiveState>("desk-live", { detail: { stream: "list", up }, bubbles: true }));
  }

  retryNow(): void {
    this.stream?.retryNow();
  }

  private hear(event: LiveEvent): void {
    if (event.name === "desk.changed") {
      this.dispatchEvent(new CustomEvent<Heard>("desk-heard", { detail: event.data as Heard, bubbles: true }));
      this.refreshSoon();
    } else if (event.name.startsWith("desk.")) this.tellPerson(event.name, event.data as Told);
    else this.dispatchEvent(new CustomEvent("desk-signal", { detail: event, bubbles: true }));
  }

  /** What came to this person; a page in the background says so in its title. */
  private tellPerson(name: string, { conversation_id, by, text, note }: Told): void {
    const words: Record<string, string> = {
      "desk.assigned": by ? say("transferred_to_you", { by }) : say("assigned_to_you"),
      "desk.offered": say("offered_to_you"),
      "desk.whispered": say("whispered", { by: by ?? "", text: text ?? "" }),
      "desk.woken": say("woke"),
      "desk.presence": say("went_on_break"),
      "desk.sla_warned": say("sla_warned"),
      "desk.sla_breached": say("sla_breached"),
    };
    const told = words[name];
    if (told) toast(note ? say("whispered", { by: told, text: note }) : told);
    if (told) alertOf(told, conversation_id);
    if (document.hidden) document.title = `● ${this.calmTitle}`;
    this.refreshSoon();
  }

  /** Fetches the column in a moment, once for everything that happens until then. */
  refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.refresh(), CALM_MS);
  }

  /** One fetch at a time, and once more when something changed meanwhile. */
  private async refresh(whole = false): Promise<void> {
    this.again = this.fetching;
    if (this.fetching) return;
    this.fetching = true;
    try {
      const fresh = (await askPage(this.address))?.querySelector("desk-list");
      if (fresh) this.swap(fresh, whole);
    } catch {
      // the network: the next event, or the stream's return, tries again
    } finally {
      this.fetching = false;
    }
    if (this.again) this.refreshSoon();
  }

  private get address(): string {
    const wanted = new URLSearchParams(location.search);
    const open = this.dataset["open"];
    if (open) wanted.set("open", open);
    return `/desk/list?${wanted.toString()}`;
  }

  private swap(fresh: Element, whole: boolean): void {
    const [rows, freshRows] = [this.querySelector(":scope > ul"), fresh.querySelector(":scope > ul")];
    const held = !whole && rows !== null && rows.matches(":hover, :focus-within");
    this.announceUpdates(held ? moved(rows, freshRows) : 0);
    if (held) {
      renewInPlace(rows, freshRows);
      writeTimes(rows);
    }
    const own = fresh.querySelector("desk-presence");
    for (const name of own?.getAttributeNames() ?? [])
      this.querySelector("desk-presence")?.setAttribute(name, own?.getAttribute(name) ?? "");
    for (const selector of PARTS) {
      const [ours, theirs] = [this.querySelector(selector), fresh.querySelector(selector)];
      if (!ours || !theirs || ours.outerHTML === theirs.outerHTML || (held && ours === rows)) continue;
      const top = this.scrollTop;
      const active = document.activeElement;
      const focused = active && ours.contains(active) ? active.getAttribute("href") : null;
      const imported = document.importNode(theirs, true);
      ours.replaceWith(imported);
      writeTimes(imported);
      this.scrollTop = top;
      if (focused) imported.querySelector<HTMLElement>(`[href="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  /** While rows may not move, what is new gathers in one line above them. */
  private announceUpdates(n: number): void {
    let line = this.querySelector<HTMLButtonElement>(".desk-updates");
    if (n === 0) {
      line?.remove();
      return;
    }
    if (!line) {
      line = document.createElement("button");
      line.className = "desk-updates";
      this.querySelector(":scope > ul")?.before(line);
    }
    line.textContent = say("updates", { n });
  }

  private async press(event: Event): Promise<void> {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button") : null;
    if (button?.matches(".desk-updates")) return this.refresh(true);
    const answer = button?.dataset["offer"];
    const conversation = button?.closest<HTMLElement>("[data-conversation]")?.dataset["conversation"];
    if (!button || !answer || !conversation) return;
    button.setAttribute("aria-busy", "true");
    try {
      await ask(`/api/v1/conversations/${conversation}/${answer}`, { method: "POST" });
      if (answer === "accept") location.assign(`/desk/conversations/${conversation}?show=mine`);
    } catch (problem) {
      toast(problem instanceof Problem && problem.detail ? problem.detail : sayShared("network"), "alert");
    }
    button.removeAttribute("aria-busy");
    await this.refresh(true);
  }
}

customElements.define("desk-list", DeskList);

declare global {
  interface HTMLElementTagNameMap {
    "desk-list": DeskList;
  }
}
