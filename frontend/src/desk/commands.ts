/** What can be done at the desk from the keyboard, for the keys, their sheet and the palette. */
import desk from "../../texts/desk.json";
import { sentences } from "../shared/i18n";
import type { Command } from "./keys";
import "./side/desk-knowledge";

const say = sentences(desk);

/** Presses what is on the page, so that a key never does what the page would not. */
function press(root: ParentNode, selector: string): void {
  root.querySelector<HTMLElement>(selector)?.click();
}

/** The commands for the page as it stands. */
export function commandsOf(root: HTMLElement): Command[] {
  const foot = () => root.querySelector("desk-foot");
  const has = (selector: string) => () => root.querySelector(selector) !== null;
  const row = (step: 1 | -1) => {
    const rows = [...root.querySelectorAll<HTMLAnchorElement>(".desk-row")];
    const at = rows.findIndex((one) => one.getAttribute("aria-current") === "page");
    return at < 0 ? rows[0] : rows[at + step];
  };
  return [
    {
      id: "take",
      keys: "Ctrl ↵",
      words: say("key_take"),
      possible: has("[data-act=take-over]"),
      run: () => press(root, "[data-act=take-over]"),
    },
    {
      id: "reply",
      keys: "R",
      words: say("key_reply"),
      possible: () => Boolean(foot()?.mine),
      run: () => foot()?.write("reply"),
    },
    { id: "note", keys: "N", words: say("key_note"), possible: has("desk-foot"), run: () => foot()?.write("note") },
    {
      id: "canned",
      keys: "/",
      words: say("key_canned"),
      possible: () => Boolean(foot()?.mine),
      run: () => {
        foot()?.write("reply");
        void foot()?.updateComplete.then(() => foot()?.openCanned());
      },
    },
    {
      id: "search",
      keys: "S",
      words: say("key_search"),
      possible: has("desk-knowledge"),
      run: () => {
        root.setAttribute("data-side-open", "");
        root.querySelector("desk-knowledge")?.focusBox();
      },
    },
    {
      id: "side",
      keys: "I",
      words: say("key_side"),
      possible: has("[data-side]"),
      run: () => press(root, "[data-side]"),
    },
    {
      id: "hand-back",
      keys: "B",
      words: say("key_hand_back"),
      possible: has("[data-act=hand-back]"),
      run: () => press(root, "[data-act=hand-back]"),
    },
    {
      id: "snooze",
      keys: "Z",
      words: say("key_snooze"),
      possible: has("[data-act=snooze]"),
      run: () => press(root, "[data-act=snooze]"),
    },
    {
      id: "close",
      keys: "E",
      words: say("key_close"),
      possible: has("[data-act=close]"),
      run: () => press(root, "[data-act=close]"),
    },
    { id: "next", keys: "J", words: say("key_next"), possible: () => Boolean(row(1)), run: () => row(1)?.click() },
    {
      id: "previous",
      keys: "K",
      words: say("key_previous"),
      possible: () => Boolean(row(-1)),
      run: () => row(-1)?.click(),
    },
    {
      id: "canned-page",
      keys: "",
      words: say("palette_canned_page"),
      possible: () => true,
      run: () => location.assign("/desk/canned"),
    },
  ];
}
