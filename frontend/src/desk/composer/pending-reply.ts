/** The reply that has not gone out yet: its words, how long it can be taken back, and what to do when it failed. */
import { html, nothing, type TemplateResult } from "lit";
import { Paperclip, RotateCcw, Send } from "lucide";
import desk from "../../../texts/desk.json";
import { sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import type { Pending } from "./drafts";
import type { Sending } from "./sending";

const say = sentences(desk);

export function pendingReply(sending: Sending, pending: Pending, takeBack: () => void): TemplateResult {
  const failed = sending.stage === "failed";
  const words = failed
    ? say("not_sent", { why: sending.problem })
    : sending.stage === "sending"
      ? say("sending")
      : say("goes_out_in", { s: sending.left });
  return html`<div class="pending ${failed ? "failed" : ""}">
    ${pending.text ? html`<p class="pending-text">${pending.text}</p>` : nothing}
    ${pending.files?.length ? html`<p class="caption row">${icon(Paperclip, 14)} ${pending.files.map((file) => file.name).join("，")}</p>` : nothing}
    <div class="row">
      <span class="caption figures" role=${failed ? "alert" : nothing}>${words}</span>
      ${
        sending.stage === "sending"
          ? nothing
          : html`<button type="button" class="button ghost small push" data-undo @click=${takeBack}>
                ${icon(RotateCcw, 14)} ${say(failed ? "back_to_box" : "take_back")}
              </button>
              <button type="button" class="button small" data-now @click=${() => void sending.go()}>
                ${icon(Send, 14)} ${say(failed ? "send_again" : "send_now")}
              </button>`
      }
    </div>
  </div>`;
}
