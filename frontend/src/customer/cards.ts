/** The lines between messages: who came, who left, which day it is. */
import { html, type TemplateResult } from "lit";
import { clock } from "../shared/i18n";
import { say } from "./texts";
import type { HandOverItem } from "./thread";

export function divider(words: string): TemplateResult {
  return html`<div class="divider" role="separator"><span>${words}</span></div>`;
}

export function handOver(item: HandOverItem): TemplateResult {
  const time = item.at ? `${clock(new Date(item.at))} ` : "";
  const name = item.name ?? say("agent_fallback");
  const words = {
    agent: say("joined", { name }),
    queue: say("queued_line"),
    bot: say("handed_back", { name }),
    none: item.name ? say("closed_by", { name }) : say("status_ended"),
  };
  return divider(time + words[item.owner]);
}

/** Grey lines where a remembered conversation will stand. */
export function loadingLines(): TemplateResult {
  return html`<div class="loading" aria-busy="true">
    <div class="skeleton short"></div>
    <div class="skeleton"></div>
    <div class="skeleton half"></div>
  </div>`;
}
