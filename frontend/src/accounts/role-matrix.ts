/** What each role may do, as a table by room that can be read aloud. */
import { html, type TemplateResult } from "lit";
import { Check } from "lucide";
import accounts from "../../texts/accounts.json";
import { sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { byRoom, permissionName, ROLES, say as sayPermission, type Grants } from "./permissions";

const say = sentences(accounts);

function cell(granted: boolean): TemplateResult {
  return granted
    ? html`<td class="matrix-yes">${icon(Check)}<span class="visually-hidden">${sayPermission("may")}</span></td>`
    : html`<td class="muted">
        <span aria-hidden="true">–</span><span class="visually-hidden">${sayPermission("may_not")}</span>
      </td>`;
}

export function roleMatrix(grants: Grants): TemplateResult {
  const all = [...new Set(ROLES.flatMap((role) => grants[role]))];
  return html`
    <div class="stack">
      <h2 class="title-15" id="matrix-title">${say("permissions")}</h2>
      <div class="table-scroll" tabindex="0" role="region" aria-labelledby="matrix-title">
        <table class="table role-matrix">
          <thead>
            <tr>
              <th scope="col">${say("permission")}</th>
              ${ROLES.map((role) => html`<th scope="col">${say(`role_${role}`)}</th>`)}
            </tr>
          </thead>
          ${byRoom(all).map(
            ([room, permissions]) => html`
              <tbody>
                <tr>
                  <th scope="rowgroup" colspan="5" class="matrix-room">${room}</th>
                </tr>
                ${permissions.map(
                  (permission) => html`
                    <tr>
                      <th scope="row" title=${permission}>${permissionName(permission)}</th>
                      ${ROLES.map((role) => cell(grants[role].includes(permission)))}
                    </tr>
                  `,
                )}
              </tbody>
            `,
          )}
        </table>
      </div>
    </div>
  `;
}
