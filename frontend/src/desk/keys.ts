/** The desk's keyboard: which key does what, the sheet behind `?`, and the palette behind Ctrl or Cmd + K. */
import { html, render, type TemplateResult } from "lit";
import desk from "../../texts/desk.json";
import { part } from "../shared/dom";
import { say as sayShared, sentences } from "../shared/i18n";
import { remember, remembered } from "../shared/storage";

const say = sentences(desk);
const OFF = "kefu.desk.single_keys_off";

export interface Command {
  id: string;
  keys: string;
  words: string;
  /** Whether it can be done now; those that cannot are not offered. */
  possible: () => boolean;
  run: () => void;
}

/** Whether somebody is typing, composing, or answering a dialog: then a letter is a letter. */
function isWriting(event: KeyboardEvent): boolean {
  const at = event.target;
  const inField = at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
  return event.isComposing || inField || document.querySelector("dialog[open]") !== null;
}

export class Keys {
  constructor(
    private readonly commands: () => Command[],
    private readonly conversations: () => { words: string; href: string }[],
  ) {}

  /** Takes a key; true when it meant something. */
  take(event: KeyboardEvent): boolean {
    const held = event.ctrlKey || event.metaKey;
    if (held && event.key.toLowerCase() === "k") {
      if (!document.querySelector("dialog[open]")) this.palette();
      return true;
    }
    if (held && event.key === "Enter" && !document.querySelector("dialog[open]")) return this.run("take");
    if (held || event.altKey || isWriting(event)) return false;
    if (event.key === "?") {
      this.sheet();
      return true;
    }
    if (remembered(OFF)) return false;
    const wanted = this.commands().find((one) => one.keys === event.key.toUpperCase() || one.keys === event.key);
    return wanted ? this.run(wanted.id) : false;
  }

  private run(id: string): boolean {
    const command = this.commands().find((one) => one.id === id);
    if (!command?.possible()) return false;
    command.run();
    return true;
  }

  sheet(): void {
    const rows = this.commands().filter((one) => one.keys);
    const dialog = open(
      html`<form method="dialog">
        <h2 id="keys-title">${say("keys_title")}</h2>
        <p class="caption">${say("keys_text")}</p>
        <dl class="keys">
          <dt><kbd>?</kbd></dt>
          <dd>${say("key_help")}</dd>
          <dt><kbd>Ctrl K</kbd></dt>
          <dd>${say("key_palette")}</dd>
          ${rows.map(
            (one) =>
              html`<dt><kbd>${one.keys}</kbd></dt>
                <dd>${one.words}</dd>`,
          )}
          <dt><kbd>Tab</kbd></dt>
          <dd>${say("key_insert")}</dd>
        </dl>
        <label class="row">
          <input
            type="checkbox"
            class="checkbox"
            ?checked=${Boolean(remembered(OFF))}
            @change=${(event: Event) => remember(OFF, (event.target as HTMLInputElement).checked ? "1" : null)}
          />
          ${say("keys_off")}
        </label>
        <div class="actions"><button class="button primary">${sayShared("close")}</button></div>
      </form>`,
      "keys-title",
    );
    dialog.classList.add("keys-dialog");
  }

  palette(): void {
    const all = [
      ...this.commands()
        .filter((one) => one.possible())
        .map(({ words, run, keys }) => ({ words, keys, run })),
      ...this.conversations().map(({ words, href }) => ({ words, keys: "", run: () => location.assign(href) })),
    ];
    let found = all;
    let active = 0;
    const dialog = open(html`<div class="palette"></div>`, "palette-box");
    dialog.classList.add("palette-dialog");
    const body = part(dialog, ".palette", HTMLElement);
    const choose = (at: number) => {
      dialog.close();
      found[at]?.run();
    };
    const type = (event: Event) => {
      const typed = (event.target as HTMLInputElement).value.trim().toLowerCase();
      found = all.filter((one) => one.words.toLowerCase().includes(typed));
      active = 0;
      draw();
    };
    const key = (event: KeyboardEvent) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && found.length) active = (active + step + found.length) % found.length;
      else if (event.key === "Enter") choose(active);
      else return;
      event.preventDefault();
      draw();
    };
    const draw = () =>
      render(
        html`<input
            class="input large"
            id="palette-box"
            type="text"
            autocomplete="off"
            aria-label=${say("palette")}
            placeholder=${say("palette")}
            aria-autocomplete="list"
            aria-controls="palette-list"
            aria-activedescendant="palette-${active}"
            @input=${type}
            @keydown=${key}
          />
          <ul role="listbox" id="palette-list" tabindex="0" aria-label=${say("key_palette")}>
            ${found
              .slice(0, 12)
              .map(
                (one, at) =>
                  html`<li
                    role="option"
                    id="palette-${at}"
                    aria-selected=${String(at === active)}
                    @click=${() => choose(at)}
                  >
                    <span class="ellipsis">${one.words}</span
                    >${one.keys ? html`<kbd class="push">${one.keys}</kbd>` : ""}
                  </li>`,
              )}
          </ul>
          ${found.length ? "" : html`<p class="caption">${say("palette_none")}</p>`}`,
        body,
      );
    draw();
    part(body, "input", HTMLInputElement).focus();
  }
}

/** A dialog that goes when it is closed, and gives focus back. */
function open(content: TemplateResult, labelledBy: string): HTMLDialogElement {
  const before = document.activeElement;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  if (labelledBy === "palette-box") dialog.setAttribute("aria-label", say("key_palette"));
  else dialog.setAttribute("aria-labelledby", labelledBy);
  render(content, dialog);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement && document.activeElement === document.body) before.focus();
  });
  dialog.showModal();
  return dialog;
}
