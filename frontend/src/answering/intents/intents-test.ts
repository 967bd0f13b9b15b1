/** The test box: which intent a text is, why, the nearest examples, slots and sentiment; with the list being edited. */
import { html, nothing, type TemplateResult } from "lit";
import intents from "../../../texts/intents.json";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";
import type { Intent, Tried } from "./types";

const say = sentences(intents);
const SLOTS = ["order_number", "phone", "email", "product"] as const;
const percent = (share: number) => `${Math.round(share * 100)} %`;

export class IntentsTest extends PartElement {
  /** The list to try when it is not saved yet; null: the one in force. */
  list: (() => Intent[] | null) | null = null;
  /** The name of an intent. */
  named: (key: string) => string = (key) => key;
  /** The chat model that could read as well. */
  model: string | null = null;
  private tried: Tried | null = null;
  private busy = false;
  private error = "";

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const text = this.querySelector<HTMLInputElement>("input.input")?.value.trim() ?? "";
    const withModel = this.querySelector<HTMLInputElement>("[name=with-model]")?.checked ?? false;
    if (!text || this.busy) return;
    this.busy = true;
    this.requestUpdate();
    try {
      const body = { text, intents: this.list?.() ?? null, with_model: withModel };
      this.tried = await ask<Tried>("/api/v1/intents/test", { method: "POST", body, timeoutMs: 120_000 });
      this.error = "";
    } catch (error) {
      this.error = error instanceof Problem && error.status ? error.detail : sayShared("network");
    }
    this.busy = false;
    this.requestUpdate();
  }

  private why(tried: Tried): string {
    const best = tried.likely[0];
    if (tried.by === "pattern") return say("why_pattern");
    if (tried.by === "model") return say("why_model");
    if (tried.failed) return say("why_failed", { why: tried.failed });
    if (!best) return say("why_nothing");
    const figures = { score: percent(best.score), limit: percent(tried.threshold) };
    return say(tried.key === null ? "why_unsure" : "why_examples", figures);
  }

  private shown(tried: Tried): TemplateResult {
    const slots = SLOTS.filter((name) => tried.slots[name] !== undefined);
    return html`
      <dl class="intent-tried">
        <dt>${say("found")}</dt>
        <dd>
          <b
            >${tried.by === "pattern" && tried.kind ? say(`kind_${tried.kind}`) : tried.key ? this.named(tried.key) : say("unsure")}</b
          >
          <span class="caption">${this.why(tried)} · ${say("took", { ms: tried.ms })}</span>
        </dd>
        <dt>${say("likely")}</dt>
        <dd>
          ${tried.likely.map((one) => html`<span class="badge">${this.named(one.key)} ${percent(one.score)}</span>`)}
        </dd>
        <dt>${say("nearest")}</dt>
        <dd>
          ${
            tried.nearest.length
              ? html`<ul class="intent-nearest">
                  ${tried.nearest.map(
                    (one) =>
                      html`<li>
                        ${one.text} <span class="caption">${this.named(one.key)} · ${percent(one.likeness)}</span>
                      </li>`,
                  )}
                </ul>`
              : html`<span class="muted">${say("none_near")}</span>`
          }
        </dd>
        <dt>${say("slots")}</dt>
        <dd>
          ${
            slots.length
              ? slots.map((name) => html`<span class="badge accent">${say(`slot_${name}`)} ${tried.slots[name]}</span>`)
              : html`<span class="muted">${say("no_slots")}</span>`
          }
        </dd>
        <dt>${say("sentiment")}</dt>
        <dd>
          <span class="badge ${tried.sentiment === "negative" ? "warn" : ""}"
            >${say(`sentiment_${tried.sentiment}`)}</span
          >
        </dd>
      </dl>
    `;
  }

  override render(): TemplateResult {
    return html`
      <h2 class="title-15">${say("test")}</h2>
      <p class="caption">${say("test_help")}</p>
      <form class="row" @submit=${(event: Event) => void this.submit(event)}>
        <input class="input" maxlength="500" aria-label=${say("sentence")} placeholder=${say("sentence")} />
        <button class="button" aria-busy=${this.busy ? "true" : "false"}>${say("test_do")}</button>
      </form>
      ${
        this.model === null
          ? nothing
          : html`<label class="row"
              ><input type="checkbox" class="checkbox" name="with-model" /> ${say("test_model")}</label
            >`
      }
      <div aria-live="polite">
        ${this.error ? html`<span class="error">${this.error}</span>` : this.tried ? this.shown(this.tried) : nothing}
      </div>
    `;
  }
}

customElements.define("intents-test", IntentsTest);

declare global {
  interface HTMLElementTagNameMap {
    "intents-test": IntentsTest;
  }
}
