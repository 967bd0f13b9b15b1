/** On a trace: the same question with other settings, the two answers side by side, differences marked. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { RotateCcw } from "lucide";
import desk from "../../texts/desk.json";
import replay from "../../texts/replay.json";
import trace from "../../texts/trace.json";
import "../evaluation/hit-options";
import type { Options } from "../evaluation/types";
import { diff } from "../shared/diff";
import { ask, Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { dayAndTime, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { factRows, type Facts } from "./replay-facts";

const say = sentences(replay);
const sayTrace = sentences(trace);
const sayDesk = sentences(desk);
const QUOTES = "quotes";
type Row = [key: string, words: string];

interface Choices {
  model: boolean;
  models: { model_id: string; name: string; state: string }[];
  prompts: { number: number; note: string }[];
  embedders: { embedder_id: string; model: string }[];
  reranker: boolean;
}

interface Replayed {
  stored: Facts;
  replayed: Facts;
  same: boolean;
}

interface Kept extends Replayed {
  settings: string;
}

interface Settings {
  options: Options | null;
  quotes: boolean;
  model_id: string | null;
  prompt: number | null;
}

interface Earlier {
  at: string;
  by: string;
  settings: Settings;
  outcome: string;
  same: boolean | null;
}

export class TraceReplay extends PartElement {
  @state() private options: Options = {};
  @state() private model = "";
  @state() private prompt = "";
  @state() private kept: Kept[] = [];
  @state() private chosen = 0;
  @state() private running = false;
  @state() private problem = "";
  @state() private earlier: Earlier[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.look();
  }

  /** What colleagues asked before; a page without it still works. */
  private async look(): Promise<void> {
    try {
      this.earlier = (await ask<{ items: Earlier[] }>(this.path)).items;
    } catch {
      this.earlier = [];
    }
  }

  private get path(): string {
    return this.dataset["path"] ?? "";
  }

  private get choices(): Choices {
    return JSON.parse(this.dataset["choices"] ?? "{}") as Choices;
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.problem = "";
    const version = this.model && this.model !== QUOTES ? { model_id: this.model } : {};
    const prompt = this.prompt ? { prompt: Number(this.prompt) } : {};
    const body = { options: this.options, quotes: this.model === QUOTES, ...version, ...prompt };
    const settings = this.settings();
    try {
      const found = await ask<Replayed>(this.path, { method: "POST", body });
      this.kept = [{ ...found, settings }, ...this.kept];
      this.chosen = 0;
    } catch (problem) {
      this.problem = say("failed", { reason: problem instanceof Problem ? problem.detail : say("unreachable") });
    } finally {
      this.running = false;
    }
  }

  /** The same settings as a colleague's, asked again. */
  private async like({ settings }: Earlier): Promise<void> {
    const set = Object.entries(settings.options ?? {}).filter(([, value]) => value !== null);
    this.options = Object.fromEntries(set);
    this.model = settings.quotes ? QUOTES : (settings.model_id ?? "");
    this.prompt = settings.prompt === null ? "" : String(settings.prompt);
    await this.run();
  }

  /** What is changed, in words. */
  private settings(options = this.options, model = this.model, prompt = this.prompt): string {
    const { embedder_id, weights, threshold, candidates, synonyms, rerank } = options;
    const version = this.choices.models.find((one) => one.model_id === model);
    const said = [
      model === QUOTES ? say("model_quotes") : (version?.name ?? ""),
      prompt ? say("set_prompt", { n: prompt }) : "",
      this.choices.embedders.find((one) => one.embedder_id === embedder_id)?.model ?? "",
      weights ? say("set_weights", { words: Math.round(weights[0] * 100) }) : "",
      threshold == null ? "" : say("set_threshold", { value: threshold }),
      candidates == null ? "" : say("set_candidates", { value: candidates }),
      synonyms === false ? say("set_synonyms") : "",
      rerank === false ? say("set_rerank") : "",
    ].filter(Boolean);
    return said.join(say("separator")) || say("unchanged");
  }

  private difference(one: Replayed): string {
    if (one.same) return say("same");
    if (one.stored.outcome !== one.replayed.outcome) {
      const named = (name: string) => sayDesk(`outcome_${name}` as keyof typeof desk);
      return say("outcome_differs", { before: named(one.stored.outcome), after: named(one.replayed.outcome) });
    }
    const pieces = diff(one.stored.text, one.replayed.text);
    const count = (kind: string) =>
      pieces.reduce((sum, piece) => sum + (piece.kind === kind ? piece.text.length : 0), 0);
    return say("text_differs", { more: count("new"), less: count("gone") });
  }

  private picker(id: string, label: string, value: string, rows: Row[], pick: (value: string) => void): TemplateResult {
    return html`<div class="field">
      <label for=${id}>${label}</label>
      <select class="input" id=${id} @change=${(event: Event) => pick((event.target as HTMLSelectElement).value)}>
        ${rows.map(([key, words]) => html`<option value=${key} ?selected=${key === value}>${words}</option>`)}
      </select>
    </div>`;
  }

  private pickers(): TemplateResult {
    const { model, models, prompts, embedders } = this.choices;
    const prompting: Row[] = [
      ["", say("as_live")],
      ...prompts.map((one): Row => [String(one.number), say("prompt_choice", { n: one.number, note: one.note })]),
    ];
    const stateOf = (name: string) => sayTrace(`model_state_${name}` as keyof typeof trace);
    const answering: Row[] = [
      ["", say("model_live")],
      ...models.map((one): Row => {
        return [one.model_id, say("model_version", { name: one.name, state: stateOf(one.state) })];
      }),
      [QUOTES, say("model_quotes")],
    ];
    const embedding: Row[] = [["", say("as_live")], ...embedders.map((one): Row => [one.embedder_id, one.model])];
    const embed = (value: string) => {
      const rest = { ...this.options };
      delete rest.embedder_id;
      this.options = value ? { ...rest, embedder_id: value } : rest;
    };
    const chosen = this.options.embedder_id ?? "";
    return html`<div class="row replay-pickers">
      ${model ? this.picker("replay-model", say("model"), this.model, answering, (one) => (this.model = one)) : nothing}
      ${model ? this.picker("replay-prompt", say("prompt"), this.prompt, prompting, (one) => (this.prompt = one)) : nothing}
      ${embedders.length > 1 ? this.picker("replay-embedder", say("embedder"), chosen, embedding, embed) : nothing}
    </div>`;
  }

  private form(): TemplateResult {
    const last = this.kept[0];
    return html`${this.pickers()}
      <hit-options
        .options=${this.options}
        .reranker=${this.choices.reranker}
        @options-changed=${(event: CustomEvent<Options>) => (this.options = event.detail)}
      ></hit-options>
      <div class="row">
        <button class="button primary" aria-disabled=${this.running} @click=${() => void this.run()}>
          ${icon(RotateCcw)} ${this.running ? say("running") : say("run")}
        </button>
        <span class="caption" role="status">
          ${last && !this.running ? say("done", { words: this.difference(last) }) : nothing}
        </span>
      </div>
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}`;
  }

  private row(one: Kept, place: number): TemplateResult {
    return html`<tr aria-selected=${place === this.chosen}>
      <td><button class="link-button" @click=${() => (this.chosen = place)}>${one.settings}</button></td>
      <td class="number">${one.replayed.first_token_ms?.toFixed(0) ?? "—"} ms</td>
      <td class="number">${one.replayed.grounded?.join(" / ") ?? "—"}</td>
      <td class=${one.same ? "ok-text" : "warn-text"}>${this.difference(one)}</td>
    </tr>`;
  }

  private table(): TemplateResult {
    if (this.kept.length === 0) return html`<p class="muted">${say("none")}</p>`;
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("replays")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("settings")}</th>
            <th scope="col" class="number">${say("first_token_ms")}</th>
            <th scope="col" class="number">${say("grounded")}</th>
            <th scope="col">${say("difference")}</th>
          </tr>
        </thead>
        <tbody>
          ${this.kept.map((one, place) => this.row(one, place))}
        </tbody>
      </table>
    </div>`;
  }

  private past(): TemplateResult | typeof nothing {
    if (this.earlier.length === 0) return nothing;
    return html`<details class="replay-earlier">
      <summary>${say("earlier", { n: this.earlier.length })}</summary>
      <ul>
        ${this.earlier.map((one) => {
          const { options, quotes, model_id, prompt } = one.settings;
          const model = quotes ? QUOTES : (model_id ?? "");
          const words = this.settings(options ?? {}, model, prompt === null ? "" : String(prompt));
          const outcome = one.outcome ? sayDesk(`outcome_${one.outcome}` as keyof typeof desk) : "";
          const came = one.same ? say("same") : outcome;
          return html`<li>
            <span class="caption"><time datetime=${one.at}>${dayAndTime(new Date(one.at))}</time> ${one.by}</span>
            <span>${words}${came ? html` · ${came}` : nothing}</span>
            <button class="link-button" aria-disabled=${this.running} @click=${() => void this.like(one)}>
              ${say("again")}
            </button>
          </li>`;
        })}
      </ul>
    </details>`;
  }

  private sides(one: Replayed): TemplateResult {
    const pieces = diff(one.stored.text, one.replayed.text);
    const side = (keep: "gone" | "new") =>
      pieces.map((piece) => {
        if (piece.kind === "same") return piece.text;
        if (piece.kind !== keep) return nothing;
        return keep === "gone" ? html`<del>${piece.text}</del>` : html`<ins>${piece.text}</ins>`;
      });
    return html`<div class="replay-sides">
      <section aria-label=${say("stored")}>
        <h3 class="title-13">${say("stored")}</h3>
        <div class="replay-text">${side("gone")}</div>
      </section>
      <section aria-label=${say("replayed")}>
        <h3 class="title-13">${say("replayed")}</h3>
        <div class="replay-text">${side("new")}</div>
      </section>
    </div>`;
  }

  private facts(one: Replayed): TemplateResult {
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("fact")}>
      <table class="table replay-facts">
        <thead>
          <tr>
            <th scope="col">${say("fact")}</th>
            <th scope="col">${say("stored")}</th>
            <th scope="col">${say("replayed")}</th>
          </tr>
        </thead>
        <tbody>
          ${factRows(one.stored, one.replayed).map(
            (row) =>
              html`<tr class=${row.differs ? "differs" : ""}>
                <th scope="row">
                  ${row.name} ${row.differs ? html`<span class="badge warn">${say("differs")}</span>` : nothing}
                </th>
                <td>${row.stored}</td>
                <td>${row.replayed}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  override render(): TemplateResult {
    const one = this.kept[this.chosen];
    return html`<header class="row">
        <h2 class="title-15">${say("title")}</h2>
        <span class="caption push">${say("private")}</span>
      </header>
      ${this.form()} ${this.table()} ${this.past()} ${one ? html`${this.sides(one)} ${this.facts(one)}` : nothing}`;
  }
}

customElements.define("trace-replay", TraceReplay);

declare global {
  interface HTMLElementTagNameMap {
    "trace-replay": TraceReplay;
  }
}
