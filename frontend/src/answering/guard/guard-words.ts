/** The listed words, ten thousand of them if need be: filtered, changed in place, read from a CSV. */
import { html, nothing, type TemplateResult } from "lit";
import { FileDown, FileUp, Plus, Search, Trash2 } from "lucide";
import guard from "../../../texts/guard.json";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";
import { ACTIONS, type Action, type Word } from "./types";

const say = sentences(guard);
const SHOWN = 100;

export class GuardWords extends PartElement {
  mayWrite = false;
  private items: Word[] = [];
  private filter = "";
  private category = "";

  get value(): Word[] {
    return this.items;
  }

  set value(words: Word[]) {
    this.items = words.map((word) => ({ ...word }));
    this.requestUpdate();
  }

  private changed(): void {
    this.tell("guard-edited");
    this.requestUpdate();
  }

  private async read(event: Event): Promise<void> {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    if (!file) return;
    const body = new FormData();
    body.append("file", file);
    try {
      const report = await ask<{ words: Word[]; bad_rows: number[] }>("/api/v1/guard/words/read", {
        method: "POST",
        body,
      });
      const known = new Map(this.items.map((word) => [word.word.toLowerCase(), word]));
      for (const word of report.words) known.set(word.word.toLowerCase(), word);
      this.items = [...known.values()];
      toast(say("read", { n: report.words.length, bad: report.bad_rows.length }));
      this.changed();
    } catch (error) {
      toast(error instanceof Problem && error.status ? error.detail : sayShared("network"), "alert");
    }
    input.value = "";
  }

  private add(event: Event): void {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>("[name=new-word]");
    const action = this.querySelector<HTMLSelectElement>("[name=new-action]");
    const word = input?.value.trim();
    if (!input || !word) return;
    this.items = [
      { word, category: this.category, action: (action?.value ?? "block") as Action },
      ...this.items.filter((one) => one.word !== word),
    ];
    input.value = "";
    this.changed();
  }

  private row(one: Word): TemplateResult {
    const name = say("of_word", { word: one.word });
    return html`
      <tr>
        <th scope="row">${one.word}</th>
        <td>${one.category || "—"}</td>
        <td>
          <select
            class="input filter-state"
            aria-label="${say("action")} ${name}"
            ?disabled=${!this.mayWrite}
            @change=${(event: Event) => {
              one.action = (event.target as HTMLSelectElement).value as Action;
              this.changed();
            }}
          >
            ${ACTIONS.map((action) => html`<option value=${action} ?selected=${action === one.action}>${say(`action_${action}`)}</option>`)}
          </select>
        </td>
        <td>
          ${
            this.mayWrite
              ? html`<button
                  class="button ghost small"
                  aria-label="${say("remove")} ${name}"
                  @click=${() => {
                    this.items = this.items.filter((other) => other !== one);
                    this.changed();
                  }}
                >
                  ${icon(Trash2, 14)}
                </button>`
              : nothing
          }
        </td>
      </tr>
    `;
  }

  override render(): TemplateResult {
    const categories = [...new Set(this.items.map((one) => one.category))].sort();
    const wanted = this.filter.toLowerCase();
    const found = this.items.filter(
      (one) => (!this.category || one.category === this.category) && one.word.toLowerCase().includes(wanted),
    );
    return html`
      <div class="row filter-bar guard-bar">
        <span class="input-with-icon">
          ${icon(Search)}
          <input
            class="input"
            type="search"
            aria-label=${say("find")}
            placeholder=${say("find")}
            @input=${(event: Event) => {
              this.filter = (event.target as HTMLInputElement).value;
              this.requestUpdate();
            }}
          />
        </span>
        <select
          class="input filter-state"
          aria-label=${say("category")}
          @change=${(event: Event) => {
            this.category = (event.target as HTMLSelectElement).value;
            this.requestUpdate();
          }}
        >
          <option value="">${say("all_categories", { n: this.items.length })}</option>
          ${categories.map((one) => html`<option value=${one} ?selected=${one === this.category}>${one || say("no_category")}</option>`)}
        </select>
        <a class="button push" href="/api/v1/guard/words/export" download>${icon(FileDown)} ${say("export")}</a>
        ${
          this.mayWrite
            ? html`<label class="button">
                ${icon(FileUp)} ${say("import")}
                <input
                  type="file"
                  class="visually-hidden"
                  accept=".csv"
                  @change=${(event: Event) => void this.read(event)}
                />
              </label>`
            : nothing
        }
      </div>
      ${
        this.mayWrite
          ? html`<form class="row guard-bar" @submit=${(event: Event) => this.add(event)}>
              <input
                class="input"
                name="new-word"
                maxlength="40"
                aria-label=${say("new_word")}
                placeholder=${say("new_word")}
              />
              <select class="input filter-state" name="new-action" aria-label=${say("action")}>
                ${ACTIONS.map((action) => html`<option value=${action}>${say(`action_${action}`)}</option>`)}
              </select>
              <button class="button">${icon(Plus, 14)} ${say("add")}</button>
            </form>`
          : nothing
      }
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("word")}</th>
            <th scope="col">${say("category")}</th>
            <th scope="col">${say("action")}</th>
            <th scope="col"><span class="visually-hidden">${say("remove")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${found.slice(0, SHOWN).map((one) => this.row(one))}
        </tbody>
      </table>
      <p class="caption">${say("shown", { shown: Math.min(SHOWN, found.length), n: found.length })}</p>
    `;
  }
}

customElements.define("guard-words", GuardWords);

declare global {
  interface HTMLElementTagNameMap {
    "guard-words": GuardWords;
  }
}
