/** The editor of one template: its words, its examples, what it may use, and what is wrong with it while one types. */
import { html, nothing, type TemplateResult } from "lit";
import { Plus, Trash2, TriangleAlert } from "lucide";
import prompts from "../../../texts/prompts.json";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import type { Check, Example, Template } from "./types";

const say = sentences(prompts);
const PAUSE_MS = 400;

export class PromptEditor extends PartElement {
  template: Template | null = null;
  mayWrite = false;
  body = "";
  examples: Example[] = [];
  note = "";
  check: Check | null = null;
  private timer = 0;
  private asked = 0;

  /** Shows a template: its draft if there is one, else what is in force. */
  show(template: Template): void {
    const shown = template.draft ?? template.active;
    this.template = template;
    this.body = shown.body;
    this.examples = shown.examples.map((one) => ({ ...one, sources: [...one.sources] }));
    this.note = template.draft?.note ?? "";
    this.check = null;
    this.requestUpdate();
    void this.updateComplete.then(() => {
      const area = this.querySelector<HTMLTextAreaElement>("[name=body]");
      if (area) area.value = this.body;
    });
    void this.examine();
  }

  private changed(): void {
    this.requestUpdate();
    this.tell("prompt-edited");
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.examine(), PAUSE_MS);
  }

  private async examine(): Promise<void> {
    const template = this.template;
    if (!template) return;
    const mine = ++this.asked;
    const body = { body: this.body, examples: this.examples };
    try {
      const found = await ask<Check>(`/api/v1/prompts/${template.name}/${template.language}/check`, {
        method: "POST",
        body,
      });
      if (mine === this.asked) this.check = found;
    } catch {
      if (mine === this.asked) this.check = null;
    }
    this.requestUpdate();
  }

  private insert(name: string): void {
    const area = this.querySelector<HTMLTextAreaElement>("[name=body]");
    if (!area) return;
    area.setRangeText(`{{ ${name} }}`, area.selectionStart, area.selectionEnd, "end");
    this.body = area.value;
    area.focus();
    this.changed();
  }

  private variables(template: Template): TemplateResult {
    return html`
      <div class="row prompt-variables">
        <span class="caption">${say("variables")}</span>
        ${template.variables.map(
          (one) => html`
            <button
              class="chip mono"
              ?disabled=${!this.mayWrite}
              title=${one.required ? say("required") : say("optional")}
              @click=${() => this.insert(one.name)}
            >
              ${one.name}${one.required ? html`<b aria-hidden="true">*</b><span class="visually-hidden">${say("required")}</span>` : nothing}
            </button>
            ${one.items.length ? html`<span class="caption">${say("with_items", { items: one.items.join(", ") })}</span>` : nothing}
          `,
        )}
        ${template.phrases.map((phrase) => html`<span class="badge" title=${say("phrase_help")}><code>${phrase}</code></span>`)}
      </div>
    `;
  }

  private example(one: Example, place: number): TemplateResult {
    const field = (label: string, value: string, put: (value: string) => void, rows: number) => html`
      <label class="field">
        <span class="label">${label}</span>
        <textarea
          class="input"
          rows=${rows}
          ?readonly=${!this.mayWrite}
          .value=${value}
          @input=${(event: Event) => {
            put((event.target as HTMLTextAreaElement).value);
            this.changed();
          }}
        ></textarea>
      </label>
    `;
    return html`
      <li class="card stack prompt-example">
        <div class="row">
          <h3 class="title-13">${say("example", { n: place + 1 })}</h3>
          ${
            this.mayWrite
              ? html`<button
                  class="button ghost small push"
                  aria-label=${say("remove_example", { n: place + 1 })}
                  @click=${() => {
                    this.examples = this.examples.filter((_, at) => at !== place);
                    this.changed();
                  }}
                >
                  ${icon(Trash2, 14)}
                </button>`
              : nothing
          }
        </div>
        ${field(
          say("example_sources"),
          one.sources.join("\n"),
          (value) => {
            one.sources = value.split("\n").filter((line) => line.trim());
          },
          2,
        )}
        ${field(
          say("example_question"),
          one.question,
          (value) => {
            one.question = value;
          },
          1,
        )}
        ${field(
          say("example_answer"),
          one.answer,
          (value) => {
            one.answer = value;
          },
          2,
        )}
      </li>
    `;
  }

  private state(): TemplateResult {
    const check = this.check;
    if (!check) return html`<p class="caption" aria-live="polite">${say("checking")}</p>`;
    if (check.problems.length)
      return html`
        <ul class="banner danger prompt-problems" role="status">
          ${check.problems.map(
            (one) => html`
              <li>
                ${icon(TriangleAlert, 14)} ${one.line ? html`<b>${say("line", { n: one.line })}</b>` : nothing}
                ${one.detail}
                <code class="caption">${one.code}</code>
              </li>
            `,
          )}
        </ul>
      `;
    const share = Math.min(100, Math.round((100 * check.tokens) / check.most_tokens));
    return html`
      <p class="row caption" role="status">
        <span class="badge ok">${say("fine")}</span>
        ${say("cost", { tokens: check.tokens, most: check.most_tokens, share })}
      </p>
    `;
  }

  override render(): TemplateResult {
    const template = this.template;
    if (!template) return html``;
    return html`
      ${this.variables(template)}
      <label class="field">
        <span class="label">${say("body")}</span>
        <textarea
          class="input mono prompt-body"
          name="body"
          spellcheck="false"
          rows="14"
          lang=${template.language === "zh" ? "zh-CN" : "en"}
          ?readonly=${!this.mayWrite}
          aria-describedby="prompt-state"
          aria-invalid=${this.check?.problems.length ? "true" : "false"}
          @input=${(event: Event) => {
            this.body = (event.target as HTMLTextAreaElement).value;
            this.changed();
          }}
        ></textarea>
      </label>
      <div id="prompt-state">${this.state()}</div>
      ${
        template.takes_examples
          ? html`
              <section class="stack">
                <div class="row">
                  <h2 class="title-15">${say("examples")}</h2>
                  ${
                    this.mayWrite
                      ? html`<button
                          class="button small push"
                          @click=${() => {
                            this.examples = [...this.examples, { sources: [], question: "", answer: "" }];
                            this.changed();
                          }}
                        >
                          ${icon(Plus, 14)} ${say("add_example")}
                        </button>`
                      : nothing
                  }
                </div>
                <p class="caption">${say("examples_help")}</p>
                <ol class="stack prompt-examples">
                  ${this.examples.map((one, place) => this.example(one, place))}
                </ol>
              </section>
            `
          : nothing
      }
      ${
        this.check?.rendered
          ? html`<details class="prompt-rendered">
              <summary>${say("rendered")}</summary>
              <pre class="mono">${this.check.rendered}</pre>
            </details>`
          : nothing
      }
    `;
  }
}

customElements.define("prompt-editor", PromptEditor);

declare global {
  interface HTMLElementTagNameMap {
    "prompt-editor": PromptEditor;
  }
}
