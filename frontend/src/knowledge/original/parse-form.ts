/** The settings of cutting as a form: the method as a choice of cards, sizes, and what to read off pictures. */
import { html, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import parse from "../../../texts/parse.json";
import { PartElement } from "../../shared/element";
import { sentences } from "../../shared/i18n";

const say = sentences(parse);
const METHODS = ["headings", "size", "qa", "rows"] as const;
const OCR = ["auto", "on", "off"] as const;
const SIZE = { min: 200, max: 4000 };
const OVERLAP = 400;

export interface Settings {
  method: (typeof METHODS)[number];
  size: number;
  overlap: number;
  ocr: (typeof OCR)[number];
}

export const USUAL: Settings = { method: "headings", size: 800, overlap: 80, ocr: "auto" };

/** Tells `settings-changed` with all of them. */
export class ParseForm extends PartElement {
  @property({ attribute: false }) settings: Settings = USUAL;

  private change(part: Partial<Settings>): void {
    const next = { ...this.settings, ...part };
    next.overlap = Math.min(next.overlap, Math.floor(next.size / 2));
    this.tell("settings-changed", next);
  }

  private number(name: "size" | "overlap", event: Event): void {
    const value = Number((event.target as HTMLInputElement).value);
    const { min, max } = name === "size" ? SIZE : { min: 0, max: OVERLAP };
    this.change({ [name]: Math.min(Math.max(Math.round(value) || min, min), max) });
  }

  private methods(): TemplateResult {
    return html`<fieldset class="parse-methods">
      <legend class="label">${say("method")}</legend>
      ${METHODS.map(
        (method) =>
          html`<label class="parse-method ${method === this.settings.method ? "chosen" : ""}">
            <input
              type="radio"
              name="method"
              value=${method}
              .checked=${method === this.settings.method}
              @change=${() => this.change({ method })}
            />
            <span><b>${say(`method_${method}`)}</b><span class="help">${say(`method_${method}_help`)}</span></span>
          </label>`,
      )}
    </fieldset>`;
  }

  private field(name: "size" | "overlap", help: string): TemplateResult {
    return html`
      <div class="field">
        <label for="parse-${name}">${say(name)}</label>
        <input
          class="input"
          id="parse-${name}"
          type="number"
          inputmode="numeric"
          step="10"
          .value=${String(this.settings[name])}
          aria-describedby="parse-${name}-help"
          @change=${(event: Event) => this.number(name, event)}
        />
        <span class="help" id="parse-${name}-help">${help}</span>
      </div>
    `;
  }

  private choice<K extends "ocr">(name: K, values: readonly Settings[K][]): TemplateResult {
    const picked = (event: Event) => this.change({ [name]: (event.target as HTMLSelectElement).value as Settings[K] });
    return html`<div class="field">
      <label for="parse-${name}">${say(name)}</label>
      <select class="input" id="parse-${name}" @change=${picked}>
        ${values.map(
          (value) =>
            html`<option value=${value} ?selected=${value === this.settings[name]}>${say(`${name}_${value}`)}</option>`,
        )}
      </select>
    </div>`;
  }

  override render(): TemplateResult {
    return html`
      ${this.methods()}
      <div class="parse-numbers">
        ${this.field("size", say("size_help", SIZE))} ${this.field("overlap", say("overlap_help", { max: OVERLAP }))}
        ${this.choice("ocr", OCR)}
      </div>
    `;
  }
}

customElements.define("parse-form", ParseForm);

declare global {
  interface HTMLElementTagNameMap {
    "parse-form": ParseForm;
  }
}
