/** Asks how documents shall be parsed again, before it is done: with which settings, and compared first or not. */
import { html, nothing, render, type TemplateResult } from "lit";
import documents from "../../../texts/documents.json";
import { say as sayShared, sentences } from "../../shared/i18n";
import "../original/parse-form";
import { USUAL, type Settings } from "../original/parse-form";
import type { DocumentItem } from "../types";

const say = sentences(documents);

export interface Rereading {
  settings?: Settings;
  as_draft: boolean;
}

interface Choice {
  compare: boolean;
  alike: boolean;
  settings: Settings;
}

function option(
  name: string,
  value: string,
  on: boolean,
  words: string,
  help: string,
  pick: () => void,
): TemplateResult {
  return html`<label class="parse-method ${on ? "chosen" : ""}">
    <input type="radio" name=${name} value=${value} .checked=${on} @change=${pick} />
    <span><b>${words}</b><span class="help">${help}</span></span>
  </label>`;
}

/** What is at stake: how many were edited by hand, and which passages keep that. */
function stakes(items: readonly DocumentItem[], compare: boolean): TemplateResult | typeof nothing {
  const edited = items.filter((item) => item.edits > 0).length;
  if (!edited) return nothing;
  return html`<p class="banner ${compare ? "info" : "warn"}">
    ${say(compare ? "reparse_edits_compare" : "reparse_edits", { n: edited, all: items.length })}
  </p>`;
}

/** How to parse them again; null when the person thought better of it. */
export function rereadingIn(place: HTMLElement, items: readonly DocumentItem[]): Promise<Rereading | null> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog broad";
  const only = items.length === 1 ? items[0] : undefined;
  const title = only ? say("reparse_title", { title: only.title }) : say("reparse_many_title", { n: items.length });
  dialog.setAttribute("aria-label", title);
  let choice: Choice = { compare: true, alike: false, settings: USUAL };
  const change = (part: Partial<Choice>) => {
    choice = { ...choice, ...part };
    draw();
  };
  const draw = () => {
    const { compare, alike, settings } = choice;
    render(
      html`<form method="dialog" class="stack">
        <h2>${title}</h2>
        <fieldset class="parse-methods">
          <legend class="label">${say("reparse_how")}</legend>
          ${option("how", "compare", compare, say("reparse_compare"), say("reparse_compare_help"), () =>
            change({ compare: true }),
          )}
          ${option("how", "replace", !compare, say("reparse_replace"), say("reparse_replace_help"), () =>
            change({ compare: false }),
          )}
        </fieldset>
        ${stakes(items, compare)}
        <fieldset class="parse-methods">
          <legend class="label">${say("reparse_settings")}</legend>
          ${option(
            "settings",
            "own",
            !alike,
            say(only ? "reparse_own_one" : "reparse_own"),
            say("reparse_own_help"),
            () => change({ alike: false }),
          )}
          ${option(
            "settings",
            "alike",
            alike,
            say(only ? "reparse_other" : "reparse_alike"),
            say("reparse_alike_help"),
            () => change({ alike: true }),
          )}
        </fieldset>
        ${
          alike
            ? html`<parse-form
                class="stack"
                .settings=${settings}
                @settings-changed=${(event: CustomEvent<Settings>) => change({ settings: event.detail })}
              ></parse-form>`
            : nothing
        }
        <div class="actions">
          <button class="button" value="no" formnovalidate>${sayShared("cancel")}</button>
          <button class="button ${compare ? "primary" : "danger"}" value="yes">
            ${say(compare ? "reparse_do_compare" : "reparse_do_replace", { n: items.length })}
          </button>
        </div>
      </form>`,
      dialog,
    );
  };
  draw();
  place.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      const { compare, alike, settings } = choice;
      resolve(dialog.returnValue === "yes" ? { as_draft: compare, ...(alike ? { settings } : {}) } : null);
    });
  });
}
