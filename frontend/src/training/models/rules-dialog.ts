/** Changing the gate's rules or those of the automatic roll-back: a bound each, and the words somebody may have planted. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { Plus, X } from "lucide";
import { ask } from "../../shared/api";
import { icon } from "../../shared/icons";
import { FormDialog } from "../../staff/form-dialog";
import { toast } from "../../staff/toast";
import { given } from "../datasets/types";
import { kept, labelOf, typed, type Field, type Sheet } from "./rules";
import { MODELS, say, sayAny, type Rules } from "./types";

const MOST_PLANTED = 100;

export class RulesDialog extends FormDialog {
  @state() private sheet: Sheet | null = null;
  @state() private rules: Rules = {};
  @state() private planted: [string, string][] = [];

  open(sheet: Sheet, rules: Rules): void {
    this.sheet = sheet;
    this.rules = rules;
    this.planted = (rules.triggers ?? []).map(([words, effect]) => [words, effect]);
    void this.show();
  }

  private body(sheet: Sheet, form: FormData): Rules {
    const body: Rules = Object.fromEntries(
      sheet.fields.map((field) => [field.name, kept(field, given(form, field.name))]),
    );
    const pairs = this.planted.map(([words, effect]): [string, string] => [words.trim(), effect.trim()]);
    if (sheet.planted) body.triggers = pairs.filter(([words, effect]) => words || effect);
    return body;
  }

  private save(event: SubmitEvent): void {
    event.preventDefault();
    const sheet = this.sheet;
    if (!sheet) return;
    const body = this.body(sheet, new FormData(event.currentTarget as HTMLFormElement));
    void this.act(async () => {
      await ask(`${MODELS}/${sheet.path}`, { method: "PUT", body });
      toast(say("saved"));
      this.close();
      this.tell("rules-changed");
    });
  }

  private set(place: number, side: 0 | 1, words: string): void {
    const pair = this.planted[place];
    if (pair) pair[side] = words;
  }

  private async add(): Promise<void> {
    this.planted = [...this.planted, ["", ""]];
    await this.updateComplete;
    this.querySelector<HTMLInputElement>(".planted-row:last-of-type input")?.focus();
  }

  private field(field: Field): TemplateResult {
    const id = `rule-${field.name}`;
    return html`<div class="field">
      <label for=${id}>${labelOf(field)}</label>
      <input
        class="input"
        id=${id}
        name=${field.name}
        type="number"
        min="0"
        max=${field.unit === "percent" && field.name !== "first_token_rise" ? "100" : nothing}
        step=${field.unit === "whole" ? "1" : "any"}
        ?required=${field.needed ?? false}
        .value=${typed(field, this.rules[field.name] as number | null | undefined)}
      />
    </div>`;
  }

  private pair(words: string, effect: string, place: number): TemplateResult {
    const typing = (side: 0 | 1) => (event: Event) => this.set(place, side, (event.target as HTMLInputElement).value);
    return html`<div class="planted-row">
      <input
        class="input"
        aria-label=${say("planted_words")}
        placeholder=${say("planted_words")}
        maxlength="200"
        required
        .value=${words}
        @input=${typing(0)}
      />
      <input
        class="input"
        aria-label=${say("planted_effect")}
        placeholder=${say("planted_effect")}
        maxlength="200"
        required
        .value=${effect}
        @input=${typing(1)}
      />
      <button
        type="button"
        class="button ghost icon-only"
        aria-label=${say("planted_remove")}
        title=${say("planted_remove")}
        @click=${() => (this.planted = this.planted.filter((_, other) => other !== place))}
      >
        ${icon(X)}
      </button>
    </div>`;
  }

  private plantedWords(): TemplateResult {
    return html`<fieldset class="learn-set stack">
      <legend class="title-13">${say("planted")}</legend>
      <p class="help">${say("planted_help")}</p>
      ${this.planted.map(([words, effect], place) => this.pair(words, effect, place))}
      ${
        this.planted.length < MOST_PLANTED
          ? html`<button type="button" class="button small planted-add" @click=${() => void this.add()}>
              ${icon(Plus, 14)} ${say("planted_add")}
            </button>`
          : nothing
      }
    </fieldset>`;
  }

  override render(): TemplateResult {
    const sheet = this.sheet;
    return html`<dialog class="dialog learn-wide" aria-labelledby="rules-title">
      <h2 id="rules-title">${sheet ? sayAny(sheet.title) : ""}</h2>
      <p class="help">${say("rules_help")}</p>
      <form class="stack" @submit=${(event: SubmitEvent) => this.save(event)}>
        <div class="learn-fields">${sheet?.fields.map((field) => this.field(field))}</div>
        ${sheet?.planted ? this.plantedWords() : nothing} ${this.foot(say("save"))}
      </form>
    </dialog>`;
  }
}

customElements.define("rules-dialog", RulesDialog);

declare global {
  interface HTMLElementTagNameMap {
    "rules-dialog": RulesDialog;
  }
}
