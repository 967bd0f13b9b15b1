/** Parts of the page of prompts that hold nothing themselves: how answers end, the budgets, the versions. */
import { html, nothing, type TemplateResult } from "lit";
import { Lock, RotateCcw } from "lucide";
import prompts from "../../../texts/prompts.json";
import { dayAndTime, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { changes } from "../../knowledge/document/chunks";
import { wholeText, type Budgets, type Settings, type Version } from "./types";

const say = sentences(prompts);

export function endings(settings: Settings, locked: boolean, set: (change: Partial<Settings>) => void): TemplateResult {
  return html`
    <section class="card stack prompt-settings">
      <h2 class="title-15">${say("settings")}</h2>
      <label class="field">
        <span class="label">${say("unsupported")}</span>
        <select
          class="input"
          name="unsupported"
          ?disabled=${locked}
          .value=${settings.unsupported}
          @change=${(event: Event) => set({ unsupported: (event.target as HTMLSelectElement).value as "drop" | "mark" })}
        >
          <option value="drop" ?selected=${settings.unsupported === "drop"}>${say("unsupported_drop")}</option>
          <option value="mark" ?selected=${settings.unsupported === "mark"}>${say("unsupported_mark")}</option>
        </select>
      </label>
      <label class="row">
        <input
          type="checkbox"
          class="checkbox"
          ?disabled=${locked}
          .checked=${settings.follow_ups}
          @change=${(event: Event) => set({ follow_ups: (event.target as HTMLInputElement).checked })}
        />
        ${say("follow_ups")}
      </label>
    </section>
  `;
}

export function budget(budgets: Budgets): TemplateResult {
  const rows = (["context_tokens", "max_tokens", "temperature"] as const).map(
    (name) => html`
      <dt>${say(`budget_${name}`)}</dt>
      <dd class="row">
        <b class="figures">${budgets[name].toLocaleString()}</b>
        <span class="caption row push">${icon(Lock, 14)} <code>${budgets.variables[name]}</code></span>
      </dd>
    `,
  );
  return html`
    <section class="card stack prompt-settings">
      <h2 class="title-15">${say("budgets")}</h2>
      <dl class="prompt-budgets">${rows}</dl>
      <p class="caption">${say("budgets_help")}</p>
    </section>
  `;
}

export function past(
  versions: readonly Version[],
  active: Version,
  compared: number,
  on: { compare: (version: Version) => void; back: ((version: Version) => void) | null },
): TemplateResult {
  return html`
    <ol class="stack prompt-versions">
      ${versions.map(
        (one) => html`
          <li class="card stack">
            <div class="row">
              <b>${one.number ? say("version", { n: one.number }) : say("built_in")}</b>
              <span class="badge ${one.state === "active" ? "ok" : one.state === "draft" ? "warn" : ""}">
                ${say(`state_${one.state}`)}
              </span>
              ${one.note ? html`<span>${one.note}</span>` : nothing}
              <span class="caption push">
                ${one.created_by} ${one.created_at ? dayAndTime(new Date(one.created_at)) : nothing}
              </span>
            </div>
            <div class="row">
              ${
                one.state === "active"
                  ? nothing
                  : html`<button
                      class="button small"
                      aria-expanded=${compared === one.number ? "true" : "false"}
                      @click=${() => on.compare(one)}
                    >
                      ${say("compare")}
                    </button>`
              }
              ${
                on.back && one.state === "retired"
                  ? html`<button class="button small" @click=${() => on.back?.(one)}>
                      ${icon(RotateCcw, 14)} ${say("roll_back")}
                    </button>`
                  : nothing
              }
            </div>
            ${
              compared === one.number
                ? html`<div class="chunk-diff chunk-words mono">${changes(wholeText(active), wholeText(one))}</div>`
                : nothing
            }
          </li>
        `,
      )}
    </ol>
  `;
}
