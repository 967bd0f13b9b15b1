/**
 * The one script tag a site adds: <script src="https://…/widget.js" async></script>. It draws a button and, once pressed,
 * the chat in a frame of its own; neither reads anything of the page it stands on.
 * data-locale: zh-CN or en; data-side: right or left; data-visitor: a signed claim of who is signed in.
 */
import widget from "../../texts/widget.json";

const KEY = "kefu.widget";
const PHONE = "(width < 480px), (height < 480px)";

type Said = { kefu: "hello"; accent: string; on: string } | { kefu: "unread"; count: number } | { kefu: "close" };

const STYLE = `
  :host { all: initial; }
  button { position: fixed; inset-block-end: 24px; inset-inline-end: 24px; z-index: 2147483000; display: grid; place-items: center;
    width: 56px; height: 56px; padding: 0; border: 0; border-radius: 50%; background: var(--accent, #0b6963);
    color: var(--on, #fff); box-shadow: 0 6px 20px rgb(0 0 0 / 24%); cursor: pointer; }
  button:focus-visible { outline: 3px solid var(--accent, #0b6963); outline-offset: 3px; }
  .left { inset-inline: 24px auto; }
  i { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 20px; height: 20px; padding: 0 5px;
    border-radius: 10px; box-sizing: border-box; background: #b42318; color: #fff; font: 600 12px/20px system-ui, sans-serif; text-align: center; }
  i:empty { display: none; }
  div { position: fixed; inset-block-end: 24px; inset-inline-end: 24px; z-index: 2147483001; overflow: hidden; width: min(400px, calc(100vw - 48px));
    height: min(664px, calc(100dvh - 48px)); border-radius: 20px; background: Canvas; box-shadow: 0 12px 48px rgb(0 0 0 / 26%); color-scheme: light dark; }
  div[hidden], button[hidden] { display: none; }
  iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal; }
  @media ${PHONE} { div, .left { inset: 0; width: 100vw; height: 100dvh; border-radius: 0; } button.left { inset: auto auto 24px 24px; width: 56px; height: 56px; border-radius: 50%; } }
  @media print { button, div { display: none; } }
`;

class Widget {
  private readonly host = document.createElement("kefu-widget");
  private readonly button = document.createElement("button");
  private readonly mark = document.createElement("i");
  private readonly box = document.createElement("div");
  private frame: HTMLIFrameElement | null = null;

  constructor(
    private readonly server: string,
    private readonly wanted: DOMStringMap,
  ) {
    const root = this.host.attachShadow({ mode: "open" });
    const style = document.createElement("style");
    style.textContent = STYLE;
    const side = wanted["side"] === "left" ? "left" : "";
    this.button.className = this.box.className = side;
    this.button.type = "button";
    this.button.innerHTML =
      '<svg width="26" height="26" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M7.9 20A9 9 0 1 0 4 16.1L2 22Z"/></svg>';
    this.button.append(this.mark);
    this.button.setAttribute("aria-expanded", "false");
    this.button.onclick = () => this.open();
    this.box.hidden = true;
    this.box.setAttribute("role", "dialog");
    this.box.setAttribute("aria-label", this.say("frame"));
    root.append(style, this.button, this.box);
    this.name(0);
    addEventListener("message", (event: MessageEvent<Said>) => this.hear(event));
  }

  place(): void {
    document.body.append(this.host);
    // whoever wrote before may have an answer waiting; everybody else costs nothing until they press
    if (this.wanted["visitor"] === undefined && wroteBefore()) this.load();
  }

  private get english(): boolean {
    return (this.wanted["locale"] ?? document.documentElement.lang).toLowerCase().startsWith("en");
  }

  private say(id: keyof typeof widget, n = 0): string {
    return widget[id][this.english ? "en" : "zh"].replace("{n}", String(n));
  }

  private name(unread: number): void {
    this.button.setAttribute("aria-label", unread ? this.say("unread", unread) : this.say("open"));
    this.mark.textContent = unread ? String(Math.min(unread, 99)) : "";
  }

  private load(): HTMLIFrameElement {
    if (this.frame) return this.frame;
    const frame = document.createElement("iframe");
    const { visitor } = this.wanted;
    const asked = new URLSearchParams({ lang: this.english ? "en" : "zh-CN", site: location.origin });
    frame.src = `${this.server}/widget?${asked}${visitor ? `#visitor=${visitor}` : ""}`;
    frame.title = this.say("frame");
    // it may do what a chat needs, and lead this page nowhere
    frame.setAttribute(
      "sandbox",
      "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads",
    );
    frame.allow = "clipboard-write";
    this.box.append(frame);
    this.frame = frame;
    return frame;
  }

  private open(): void {
    const frame = this.load();
    this.box.hidden = false;
    this.button.hidden = true;
    this.button.setAttribute("aria-expanded", "true");
    this.name(0);
    this.lock(matchMedia(PHONE).matches);
    this.tell("shown");
    frame.focus();
    frame.onload = () => {
      if (!this.box.hidden) this.tell("shown");
    };
    try {
      localStorage.setItem(KEY, "1");
    } catch {
      // then a reload starts without the mark for new messages
    }
  }

  private close(): void {
    this.box.hidden = true;
    this.button.hidden = false;
    this.button.setAttribute("aria-expanded", "false");
    this.lock(false);
    this.tell("hidden");
    this.button.focus();
  }

  /** Full screen, the page behind must not scroll. */
  private lock(locked: boolean): void {
    document.documentElement.style.overflow = locked ? "hidden" : "";
  }

  private tell(state: "shown" | "hidden"): void {
    this.frame?.contentWindow?.postMessage({ kefu: state }, this.server);
  }

  private hear(event: MessageEvent<Said>): void {
    if (event.origin !== this.server || event.source !== this.frame?.contentWindow) return;
    const said = event.data;
    if (said.kefu === "close") this.close();
    else if (said.kefu === "unread" && this.box.hidden) this.name(said.count);
    else if (said.kefu === "hello") {
      this.host.style.setProperty("--accent", said.accent);
      this.host.style.setProperty("--on", said.on);
      this.tell(this.box.hidden ? "hidden" : "shown");
    }
  }
}

function wroteBefore(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement && !document.querySelector("kefu-widget")) {
  const place = () => new Widget(new URL(script.src).origin, script.dataset).place();
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", place);
  else place();
}
