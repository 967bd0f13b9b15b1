/** What a page shows in place of its content: that it failed, that there is nothing yet, that it is being fetched. */
import { html, nothing, type TemplateResult } from "lit";
import { TriangleAlert, type IconNode } from "lucide";
import { say } from "./i18n";
import { icon } from "./icons";

/** The sentence, and a button to try again where there is something to try. */
export function faultState(sentence: string, again?: () => void, look = ""): TemplateResult {
  return html`<div class="state ${look}">
    <span class="state-mark danger">${icon(TriangleAlert, 20)}</span>
    <h2>${sentence}</h2>
    ${again ? html`<div class="actions"><button class="button" @click=${again}>${say("retry")}</button></div>` : nothing}
  </div>`;
}

/** What is missing, and what to do about it. */
export function emptyState(mark: IconNode, title: string, next = "", look = ""): TemplateResult {
  return html`<div class="state ${look}">
    <span class="state-mark">${icon(mark, 20)}</span>
    <h2>${title}</h2>
    ${next ? html`<p>${next}</p>` : nothing}
  </div>`;
}

/** A grey shape of about the height of what is to come. */
export function waitingState(shape = "run-skeleton"): TemplateResult {
  return html`<div class="skeleton ${shape}" aria-busy="true"></div>`;
}
