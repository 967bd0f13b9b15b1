/** The box that tries a text with the settings as they are being edited: what becomes of it, and what was found. */
import { html, nothing, type TemplateResult } from "lit";
import guard from "../../../texts/guard.json";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";
import type { Settings, Tried } from "./types";

const say = sentences(guard);
const LOOK = { pass: "ok", log: "info", mask: "warn", hand_over: "warn", refuse: "danger", block: "danger" } as const;

export class GuardTest extends PartElement {
  settings: (() => Settings) | null = null;
  private text = "";
  private tried: Tried | null = null;
  private error = "";

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const text = this.querySelector("textarea")?.value ?? "";
    if (!text.trim()) return;
    try {
      const body = { text, settings: this.settings?.() ?? null };
      this.tried = await ask<Tried>("/api/v1/guard/test", { method: "POST", body });
      this.text = text;
      this.error = "";
    } catch (error) {
      this.error = error instanceof Problem && error.status ? error.detail : sayShared("network");
    }
    this.requestUpdate();
  }

  /** Places count characters, not halves of them. */
  private marked(tried: Tried): TemplateResult {
    const letters = Array.from(this.text);
    const parts: (string | TemplateResult)[] = [];
    let at = 0;
    for (const span of tried.spans) {
      if (span.start < at) continue;
      parts.push(letters.slice(at, span.start).join(""));
      parts.push(
        html`<span
          class="badge guard-found ${span.kind === "personal" ? "info" : "danger"}"
          title=${say(`kind_${span.kind}`)}
          >${letters.slice(span.start, span.end).join("")}</span
        >`,
      );
      at = span.end;
    }
    parts.push(letters.slice(at).join(""));
    return html`<p class="guard-text">${parts}</p>`;
  }

  private shown(tried: Tried): TemplateResult {
    const found = tried.spans.map((span) => {
      const what =
        span.kind === "attack"
          ? say(`attack_${span.what}` as "attack_override")
          : span.kind === "personal"
            ? say(`personal_${span.what}` as "personal_phone")
            : span.what;
      return html`<li>${say(`kind_${span.kind}`)}: ${what}</li>`;
    });
    return html`
      <p class="row">
        <span class="badge ${LOOK[tried.action]}">${say(`verdict_${tried.action}`)}</span>
        <span class="caption figures">${say("took", { ms: tried.ms.toFixed(2) })}</span>
      </p>
      ${this.marked(tried)}
      ${
        found.length
          ? html`<ul class="guard-list caption">
              ${found}
            </ul>`
          : nothing
      }
      ${
        tried.masked === this.text
          ? nothing
          : html`<p class="caption">${say("masked")}</p>
              <p class="guard-text">${tried.masked}</p>`
      }
    `;
  }

  override render(): TemplateResult {
    return html`
      <h2 class="title-15">${say("test")}</h2>
      <p class="caption">${say("test_help")}</p>
      <form class="stack" @submit=${(event: Event) => void this.submit(event)}>
        <textarea
          class="input"
          rows="3"
          maxlength="4000"
          aria-label=${say("sentence")}
          placeholder=${say("sentence")}
        ></textarea>
        <button class="button">${say("test_do")}</button>
      </form>
      <div class="stack" aria-live="polite">
        ${this.error ? html`<span class="error">${this.error}</span>` : this.tried ? this.shown(this.tried) : nothing}
      </div>
    `;
  }
}

customElements.define("guard-test", GuardTest);

declare global {
  interface HTMLElementTagNameMap {
    "guard-test": GuardTest;
  }
}
