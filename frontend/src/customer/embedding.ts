/** The chat in a frame on somebody's site: tells that site, and no other, its colour, what is unread, and when to close. */
import type { UnreadTitle } from "./unread";

type Heard = { kefu: "shown" } | { kefu: "hidden" };

/** The site the frame stands on, as the loader says; null on a page of our own. */
function site(): string | null {
  const named = parent === window ? null : new URLSearchParams(location.search).get("site");
  return named && /^https?:\/\/[^/]+$/.test(named) ? named : null;
}

/** Begins to listen. Gives what ends it. */
export function embed(chat: HTMLElement, unread: UnreadTitle, focus: () => void): () => void {
  const to = site();
  if (to === null) return () => undefined;
  const tell = (said: object) => parent.postMessage(said, to);
  const hear = (event: MessageEvent<Heard>) => {
    if (event.origin !== to || event.source !== parent) return;
    unread.away = event.data.kefu === "hidden";
    if (event.data.kefu === "shown") focus();
  };
  const close = () => tell({ kefu: "close" });
  unread.away = true;
  unread.changed = (count) => tell({ kefu: "unread", count });
  addEventListener("message", hear);
  chat.addEventListener("kefu-leave", close);
  tell({ kefu: "hello", ...colours(chat) });
  return () => {
    removeEventListener("message", hear);
    chat.removeEventListener("kefu-leave", close);
  };
}

/** The channel's colours as they are on screen, for the button outside. */
function colours(chat: HTMLElement): { accent: string; on: string } {
  const probe = document.createElement("span");
  probe.style.cssText = "color: var(--on-accent); background: var(--accent)";
  chat.append(probe);
  const { color, backgroundColor } = getComputedStyle(probe);
  probe.remove();
  return { accent: backgroundColor, on: color };
}
