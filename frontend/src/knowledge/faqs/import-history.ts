/** The newest imports, each with its state and a way back to its report. */
import { html, type TemplateResult } from "lit";
import { dayAndTime } from "../../shared/i18n";
import { say } from "./parts";
import type { Import } from "./types";

const STATES: Record<Import["state"], string> = {
  reading: "accent",
  ready: "warn",
  writing: "accent",
  done: "ok",
  failed: "danger",
};

export function importHistory(recent: readonly Import[]): TemplateResult {
  return html`
    <section class="stack">
      <h2 class="title-15">${say("recent")}</h2>
      <div class="table-scroll" tabindex="0" role="region" aria-label=${say("recent")}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${say("file")}</th>
              <th scope="col">${say("state")}</th>
              <th scope="col">${say("by")}</th>
              <th scope="col">${say("when")}</th>
            </tr>
          </thead>
          <tbody>
            ${recent.map(
              (one) =>
                html`<tr>
                  <td><a href="?import=${one.import_id}">${one.file_name}</a></td>
                  <td><span class="badge ${STATES[one.state]}">${say(`state_${one.state}`)}</span></td>
                  <td>${one.created_by}</td>
                  <td class="figures">${dayAndTime(new Date(one.created_at))}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>
  `;
}
