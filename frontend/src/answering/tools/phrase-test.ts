/** <phrase-test>: which tool a sentence of a customer would use; nothing is called. */
import { html, nothing, type TemplateResult } from "lit";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import { say, URL } from "./types";

interface Found {
  tool: string | null;
  score: number;
  sure: boolean;
  values: Record<string, unknown>;
}

export class PhraseTest extends PartElement {
  private found: Found | null = null;
  private error = "";

  private async attempt(event: Event): Promise<void> {
    event.preventDefault();
    const text = part(this, "input", HTMLInputElement).value.trim();
    if (!text) return;
    this.error = "";
    try {
      this.found = await ask<Found>(`${URL}/match`, { method: "POST", body: { text } });
    } catch (problem) {
      this.found = null;
      this.error = (problem instanceof Problem && problem.detail) || sayShared("network");
    }
    this.requestUpdate();
  }

  private verdict({ tool, score, sure, values }: Found): TemplateResult {
    const told = tool === null ? say("phrase_none") : say(sure ? "phrase_sure" : "phrase_unsure", { tool, score });
    return html`<p role="status" class="tool-verdict">
      <span class="badge ${sure ? "ok" : ""}"><span class="dot"></span>${told}</span>
      ${Object.entries(values).map(([name, value]) => html`<span class="badge mono">${name} = ${String(value)}</span>`)}
    </p>`;
  }

  override render(): TemplateResult {
    return html`<h2 class="title-15">${say("phrase")}</h2>
      <form class="row" @submit=${(event: Event) => void this.attempt(event)}>
        <input class="input" maxlength="500" aria-label=${say("phrase_help")} placeholder=${say("phrase_help")} />
        <button class="button">${say("phrase_do")}</button>
      </form>
      ${this.found ? this.verdict(this.found) : nothing}
      ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}`;
  }
}

customElements.define("phrase-test", PhraseTest);
