/** <desk-list>: the left column. It hears which conversations changed, tells the desk, and fetches itself again. */
import desk from "../../../texts/desk.json";
import { askPage } from "../../shared/api";
import { sentences } from "../../shared/i18n";
import { LiveStream } from "../../shared/live";
import { toast } from "../../staff/toast";
import { writeTimes } from "../local-times";

const say = sentences(desk);
const CALM_MS = 250;

/** What the desk is told; no ids mean that anything may have changed. */
export interface Heard {
  conversation_ids: string[];
}

export class DeskList extends HTMLElement {
  private stream: LiveStream | null = null;
  private timer: number | undefined;
  private fetching = false;
  private again = false;

  connectedCallback(): void {
    this.addEventListener("pointerleave", () => this.refreshSoon());
    const { open } = this.dataset;
    this.stream = new LiveStream(`/api/v1/desk/events${open ? `?conversation_id=${open}` : ""}`, {
      onEvent: (event) => {
        if (event.name !== "desk.changed") {
          this.dispatchEvent(new CustomEvent("desk-signal", { detail: event, bubbles: true }));
          return;
        }
        this.dispatchEvent(new CustomEvent<Heard>("desk-heard", { detail: event.data as Heard, bubbles: true }));
        this.refreshSoon();
      },
      onLost: () => toast(say("live_lost")),
    });
  }

  disconnectedCallback(): void {
    this.stream?.close();
    clearTimeout(this.timer);
  }

  /** Fetches the column in a moment, once for everything that happens until then. */
  refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.refresh(), CALM_MS);
  }

  /** One fetch at a time, and once more when something changed meanwhile. */
  private async refresh(): Promise<void> {
    this.again = this.fetching;
    if (this.fetching) return;
    this.fetching = true;
    try {
      const fresh = (await askPage(this.address))?.querySelector("desk-list");
      if (fresh) this.swap(fresh);
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

  private swap(fresh: Element): void {
    for (const selector of [".desk-filters", "ul, .state"]) {
      const [ours, theirs] = [this.querySelector(selector), fresh.querySelector(selector)];
      if (!ours || !theirs || ours.outerHTML === theirs.outerHTML || ours.matches(":hover")) continue;
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
}

customElements.define("desk-list", DeskList);

declare global {
  interface HTMLElementTagNameMap {
    "desk-list": DeskList;
  }
}
