/** Who changed which words when, what each version added and took away, and the way back to it. */
import { html, nothing, type TemplateResult } from "lit";
import words from "../../../texts/words.json";
import { dayAndTime, sentences } from "../../shared/i18n";
import type { Version } from "./types";

const say = sentences(words);
const SHOWN = 8;

function lines(version: Version): TemplateResult {
  const line = (kind: "ins" | "del", text: string) =>
    kind === "ins" ? html`<ins>${text}</ins>` : html`<del>${text}</del>`;
  const all = [...version.added.map((text) => line("ins", text)), ...version.removed.map((text) => line("del", text))];
  return html`<div class="diff">
    ${all.slice(0, SHOWN)} ${all.length > SHOWN ? html`<span class="caption">+${all.length - SHOWN}</span>` : nothing}
  </div>`;
}

export function wordsHistory(versions: readonly Version[], back: (version: Version) => void): TemplateResult {
  if (!versions.length) return html`<p class="muted">${say("no_history")}</p>`;
  return html`
    <ol class="words-versions">
      ${versions.map(
        (version, place) => html`
          <li class="stack">
            <div class="row">
              <b>${say("version", { n: version.number })}</b>
              <span class="badge">${say(`action_${version.action}`)}</span>
              ${
                place > 0
                  ? html`<button class="button ghost small push" @click=${() => back(version)}>
                      ${say("roll_back")}
                    </button>`
                  : nothing
              }
            </div>
            <span class="caption">
              ${version.created_by || "—"} · ${version.created_at ? dayAndTime(new Date(version.created_at)) : nothing}
              ${version.reindexed === null ? nothing : html`· ${say("reindexed", { n: version.reindexed })}`}
            </span>
            ${lines(version)}
          </li>
        `,
      )}
    </ol>
  `;
}
