/** The two lists being edited: groups of synonyms with their direction, and protected terms. */
import { html, nothing, type TemplateResult } from "lit";
import { Plus, X } from "lucide";
import words from "../../../texts/words.json";
import { PartElement } from "../../shared/element";
import { sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import type { Draft } from "./types";

const say = sentences(words);
const SHOWN = 50;

export class WordsLists extends PartElement {
  private draft: Draft = { synonyms: [], protected: [] };
  private shown = SHOWN;
  private wanted = "";

  set value(draft: Draft) {
    this.draft = draft;
    this.shown = SHOWN;
    this.requestUpdate();
  }

  get value(): Draft {
    return this.draft;
  }

  set filter(wanted: string) {
    this.wanted = wanted.trim().toLowerCase();
    this.requestUpdate();
  }

  private changed(): void {
    this.requestUpdate();
    this.tell("words-edited");
  }

  private async added(selector: string): Promise<void> {
    this.changed();
    await this.updateComplete;
    this.querySelector<HTMLInputElement>(`${selector} input`)?.focus();
  }

  private group(group: Draft["synonyms"][number], place: number): TemplateResult {
    return html`
      <li class="row">
        <input
          class="input"
          aria-label="${say("group")} ${place + 1}"
          placeholder=${say("group_words")}
          .value=${group.text}
          @input=${(event: Event) => {
            group.text = (event.target as HTMLInputElement).value;
            this.changed();
          }}
        />
        <select
          class="input filter-state"
          aria-label="${say("direction")} ${place + 1}"
          title=${say("one_way_help")}
          @change=${(event: Event) => {
            group.one_way = (event.target as HTMLSelectElement).value === "one";
            this.changed();
          }}
        >
          <option value="both" ?selected=${!group.one_way}>${say("both_ways")}</option>
          <option value="one" ?selected=${group.one_way}>${say("one_way")}</option>
        </select>
        ${this.remover(`${say("group")} ${place + 1}`, () => this.draft.synonyms.splice(place, 1))}
      </li>
    `;
  }

  private term(term: string, place: number): TemplateResult {
    return html`
      <li class="row">
        <input
          class="input"
          aria-label="${say("term")} ${place + 1}"
          maxlength="50"
          .value=${term}
          @input=${(event: Event) => {
            this.draft.protected[place] = (event.target as HTMLInputElement).value;
            this.changed();
          }}
        />
        ${this.remover(`${say("term")} ${place + 1}`, () => this.draft.protected.splice(place, 1))}
      </li>
    `;
  }

  private remover(name: string, act: () => void): TemplateResult {
    return html`<button
      type="button"
      class="button ghost icon-only small"
      aria-label="${say("remove")} ${name}"
      title=${say("remove")}
      @click=${() => {
        act();
        this.changed();
      }}
    >
      ${icon(X)}
    </button>`;
  }

  private list<T>(
    none: "none_synonyms" | "none_protected",
    items: T[],
    text: (item: T) => string,
    draw: (item: T, place: number) => TemplateResult,
  ): TemplateResult {
    const numbered = items.map((item, place) => ({ item, place }));
    const found = this.wanted
      ? numbered.filter(({ item }) => text(item).toLowerCase().includes(this.wanted))
      : numbered;
    const rest = found.length - this.shown;
    return html`
      ${items.length ? nothing : html`<p class="muted">${say(none)}</p>`}
      ${items.length && !found.length ? html`<p class="muted">${say("none_match")}</p>` : nothing}
      <ul class="word-rows">
        ${found.slice(0, this.shown).map(({ item, place }) => draw(item, place))}
      </ul>
      ${
        rest > 0
          ? html`<button
              class="button small"
              @click=${() => {
                this.shown += SHOWN;
                this.requestUpdate();
              }}
            >
              ${say("more", { n: Math.min(rest, SHOWN) })}
            </button>`
          : nothing
      }
    `;
  }

  override render(): TemplateResult {
    return html`
      <section class="card stack synonyms" aria-labelledby="synonyms-title">
        <div class="row">
          <h2 class="title-15" id="synonyms-title">
            ${say("synonyms")} <span class="caption">${this.draft.synonyms.length}</span>
          </h2>
          <button
            class="button small push"
            @click=${() => {
              this.draft.synonyms.unshift({ text: "", one_way: false });
              void this.added(".synonyms li");
            }}
          >
            ${icon(Plus)} ${say("add_group")}
          </button>
        </div>
        <p class="caption">${say("synonyms_help")}</p>
        ${this.list(
          "none_synonyms",
          this.draft.synonyms,
          (group) => group.text,
          (group, place) => this.group(group, place),
        )}
      </section>
      <section class="card stack protected" aria-labelledby="protected-title">
        <div class="row">
          <h2 class="title-15" id="protected-title">
            ${say("protected")} <span class="caption">${this.draft.protected.length}</span>
          </h2>
          <button
            class="button small push"
            @click=${() => {
              this.draft.protected.unshift("");
              void this.added(".protected li");
            }}
          >
            ${icon(Plus)} ${say("add_term")}
          </button>
        </div>
        <p class="caption">${say("protected_help")}</p>
        ${this.list(
          "none_protected",
          this.draft.protected,
          (term) => term,
          (term, place) => this.term(term, place),
        )}
      </section>
    `;
  }
}

customElements.define("words-lists", WordsLists);

declare global {
  interface HTMLElementTagNameMap {
    "words-lists": WordsLists;
  }
}
