/** What the customer said: a bubble with its delivery in words, whether the server has it or not. */
import { html, nothing, type TemplateResult } from "lit";
import { CheckCheck, CircleAlert, Clock, RotateCw, Trash2 } from "lucide";
import type { Attachment, FilePlace } from "../shared/files/contract";
import { clock } from "../shared/i18n";
import { icon } from "../shared/icons";
import type { Outgoing } from "./outbox";
import { say } from "./texts";
import type { CustomerItem } from "./thread";

type Place = () => Promise<FilePlace>;

/** What was sent with a message. */
export function filesOf(files: readonly Attachment[], place: Place): TemplateResult | typeof nothing {
  if (!files.length) return nothing;
  void import("./files"); // few conversations have any
  return html`<kefu-files .files=${files} .place=${place}></kefu-files>`;
}

/** `read`: up to here a person has read. */
export function sentMessage(item: CustomerItem, place: Place, read: boolean): TemplateResult {
  return html`<div class="mine" data-key=${item.key}>
    <span class="visually-hidden">${say("you")}</span>
    ${item.text ? html`<div class="bubble">${item.text}</div>` : nothing} ${filesOf(item.files, place)}
    <div class="under figures">
      ${item.at ? clock(new Date(item.at)) : nothing}
      ${read ? html`<span class="read-mark">${icon(CheckCheck, 14)}${say("read")}</span>` : nothing}
    </div>
  </div>`;
}

export interface OutgoingActions {
  retry: (clientId: string) => void;
  drop: (clientId: string) => void;
  files: Place;
}

function delivery(item: Outgoing, first: boolean, actions: OutgoingActions): TemplateResult {
  if (item.state === "failed")
    return html`<div class="under failed" role="alert">
      ${icon(CircleAlert)}<span>${item.reason ?? say("sending_failed")}</span>
      <button type="button" class="button small" @click=${() => actions.retry(item.clientId)}>
        ${icon(RotateCw, 14)}${say("resend")}
      </button>
      <button
        type="button"
        class="button ghost icon-only small"
        aria-label=${say("delete_message")}
        @click=${() => actions.drop(item.clientId)}
      >
        ${icon(Trash2)}
      </button>
    </div>`;
  if (!first) return html`<div class="under">${icon(Clock, 14)}${say("queued_behind")}</div>`;
  return html`<div class="under">${say("sending")}</div>`;
}

export function outgoingMessage(item: Outgoing, first: boolean, actions: OutgoingActions): TemplateResult {
  return html`<div class="mine ${item.state === "failed" ? "is-failed" : "is-sending"}" data-key=${item.clientId}>
    <span class="visually-hidden">${say("you")}</span>
    ${item.text ? html`<div class="bubble">${item.text}</div>` : nothing} ${filesOf(item.files, actions.files)}
    ${delivery(item, first, actions)}
  </div>`;
}
