/** The intents being edited: name, kind, examples one a line; built from plain inputs, told up as a changed list. */
import { html, nothing, type TemplateResult } from "lit";
import { Plus, Trash2 } from "lucide";
import intents from "../../../texts/intents.json";
import { locale, say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { KINDS, type Intent, type Kind } from "./types";

const say = sentences(intents);

export interface Editing {
  list: Intent[];
  open: string | null;
  mayWrite: boolean;
  change: (list: Intent[]) => void;
  toggle: (key: string) => void;
}

export function nameOf(intent: Intent): string {
  return locale() === "en" ? intent.name_en : intent.name_zh;
}

function edited(editing: Editing, key: string, change: Partial<Intent>): void {
  editing.change(editing.list.map((one) => (one.key === key ? { ...one, ...change } : one)));
}

function fresh(list: readonly Intent[]): Intent {
  let n = list.length + 1;
  while (list.some((one) => one.key === `intent_${n}`)) n += 1;
  const name = say("new_name", { n });
  return { key: `intent_${n}`, kind: "question", name_zh: name, name_en: name, enabled: true, examples: [] };
}

function form(editing: Editing, intent: Intent): TemplateResult {
  const { key } = intent;
  const text = (name: "name_zh" | "name_en") => (event: Event) =>
    edited(editing, key, { [name]: (event.target as HTMLInputElement).value });
  const examples = (event: Event) =>
    edited(editing, key, {
      examples: (event.target as HTMLTextAreaElement).value.split("\n").filter((line) => line.trim()),
    });
  const locked = !editing.mayWrite;
  return html`
    <div class="stack intent-form" id="intent-${key}">
      <div class="intent-fields">
        <label class="field"
          ><span>${say("name_zh")}</span>
          <input class="input" maxlength="60" ?readonly=${locked} .value=${intent.name_zh} @input=${text("name_zh")} />
        </label>
        <label class="field"
          ><span>${say("name_en")}</span>
          <input class="input" maxlength="60" ?readonly=${locked} .value=${intent.name_en} @input=${text("name_en")} />
        </label>
        <label class="field"
          ><span>${say("kind")}</span>
          <select
            class="input"
            ?disabled=${locked}
            @change=${(event: Event) => edited(editing, key, { kind: (event.target as HTMLSelectElement).value as Kind })}
          >
            ${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === intent.kind}>${say(`kind_${kind}`)}</option>`)}
          </select>
        </label>
      </div>
      <label class="field"
        ><span>${say("examples")}</span>
        <textarea
          class="input"
          rows="8"
          ?readonly=${locked}
          .value=${intent.examples.join("\n")}
          @change=${examples}
        ></textarea>
      </label>
      ${
        locked
          ? nothing
          : html`<div class="row">
              <label class="row">
                <input
                  type="checkbox"
                  class="checkbox"
                  ?checked=${intent.enabled}
                  @change=${(event: Event) => edited(editing, key, { enabled: (event.target as HTMLInputElement).checked })}
                />
                ${say("enabled")}
              </label>
              <button
                class="button ghost danger push"
                @click=${() => editing.change(editing.list.filter((one) => one.key !== key))}
              >
                ${icon(Trash2)} ${sayShared("delete")}
              </button>
            </div>`
      }
    </div>
  `;
}

export function intentCards(editing: Editing): TemplateResult {
  return html`
    <ul class="intent-list">
      ${editing.list.map((intent) => {
        const open = editing.open === intent.key;
        return html`
          <li class="card intent ${intent.enabled ? "" : "off"}">
            <h2>
              <button
                class="intent-head"
                aria-expanded=${open ? "true" : "false"}
                aria-controls="intent-${intent.key}"
                @click=${() => editing.toggle(intent.key)}
              >
                <b>${nameOf(intent)}</b>
                <span class="badge">${say(`kind_${intent.kind}`)}</span>
                <span class="caption push">${say("count", { n: intent.examples.length })}</span>
              </button>
            </h2>
            ${open ? form(editing, intent) : nothing}
          </li>
        `;
      })}
    </ul>
    ${
      editing.mayWrite
        ? html`<button
            class="button"
            @click=${() => {
              const made = fresh(editing.list);
              editing.change([...editing.list, made]);
              editing.toggle(made.key);
            }}
          >
            ${icon(Plus)} ${say("add")}
          </button>`
        : nothing
    }
  `;
}
