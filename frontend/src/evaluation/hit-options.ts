/** The settings of one test: weights, threshold, candidates, synonyms, reranker; never kept anywhere. */
import { html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import hitTest from "../../texts/hit_test.json";
import { PartElement } from "../shared/element";
import { sentences } from "../shared/i18n";
import type { Options } from "./types";

const say = sentences(hitTest);

export class HitOptions extends PartElement {
  @property({ attribute: false }) options: Options = {};
  @property({ attribute: false }) reranker = false;

  private change(next: Record<string, unknown>): void {
    const all: Record<string, unknown> = { ...this.options, ...next };
    const kept = Object.entries(all).filter(([, value]) => value !== undefined);
    this.tell("options-changed", Object.fromEntries(kept));
  }

  private number(name: "threshold" | "candidates", least: number, most: number, step: number): TemplateResult {
    const typed = (event: Event) => {
      const value = (event.target as HTMLInputElement).value;
      this.change({ [name]: value === "" ? undefined : Math.min(most, Math.max(least, Number(value))) });
    };
    return html`<div class="field">
      <label for="option-${name}">${say(name)}</label>
      <input
        class="input"
        id="option-${name}"
        type="number"
        min=${least}
        max=${most}
        step=${step}
        placeholder=${say("as_live")}
        .value=${String(this.options[name] ?? "")}
        @change=${typed}
      />
    </div>`;
  }

  private toggle(name: "synonyms" | "rerank"): TemplateResult {
    const turned = (event: Event) =>
      this.change({ [name]: (event.target as HTMLInputElement).checked ? undefined : false });
    return html`<label class="row">
      <input class="switch" type="checkbox" role="switch" .checked=${this.options[name] ?? true} @change=${turned} />
      ${say(name)}
    </label>`;
  }

  override render(): TemplateResult {
    const words = this.options.weights?.[0];
    const slid = (event: Event) => {
      const share = Number((event.target as HTMLInputElement).value) / 100;
      this.change({ weights: [share, 1 - share] });
    };
    return html`<div class="hit-options card" role="group" aria-label=${say("settings")}>
      <div class="field">
        <label for="option-weight">${say("weight")}</label>
        <input
          id="option-weight"
          type="range"
          min="0"
          max="100"
          step="5"
          .value=${String(Math.round((words ?? 0.5) * 100))}
          aria-describedby="option-weight-value"
          @change=${slid}
        />
        <span class="help" id="option-weight-value">
          ${
            words === undefined
              ? say("as_live")
              : say("weight_value", { words: Math.round(words * 100), vectors: Math.round((1 - words) * 100) })
          }
        </span>
      </div>
      ${this.number("threshold", 0, 1, 0.01)} ${this.number("candidates", 1, 200, 1)}
      <div class="stack">${this.toggle("synonyms")} ${this.reranker ? this.toggle("rerank") : nothing}</div>
      <button class="button" @click=${() => this.tell("options-changed", {})}>${say("reset")}</button>
    </div>`;
  }
}

customElements.define("hit-options", HitOptions);

declare global {
  interface HTMLElementTagNameMap {
    "hit-options": HitOptions;
  }
}
