/** The four stages side by side: what each lists, joined by lines, and the same as a table. */
import { html, nothing, svg, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import hitTest from "../../texts/hit_test.json";
import { PartElement } from "../shared/element";
import { sentences } from "../shared/i18n";
import { nameOf, STAGES, type HitTest, type Passage, type Seen, type StageName } from "./types";

const say = sentences(hitTest);
const FEW = 8;
const MANY = 20;
/** Words and vectors both feed the fusion; the fused order feeds the last one. */
const LANES: [StageName, StageName][] = [
  ["lexical", "fused"],
  ["vector", "fused"],
  ["fused", "reranked"],
];

interface Line {
  chunk: string;
  path: string;
}

export class HitStages extends PartElement {
  @property({ attribute: false }) test: HitTest | null = null;
  @property({ attribute: false }) chosen: string | null = null;
  @property({ attribute: false }) target: number | null = null;
  @state() private near: string | null = null;
  @state() private lines: Line[] = [];
  @state() private many = false;
  private readonly watcher = new ResizeObserver(() => this.draw());

  override connectedCallback(): void {
    super.connectedCallback();
    this.watcher.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watcher.disconnect();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("test") || changed.has("many")) this.draw();
  }

  private get expected(): Set<string> {
    return new Set(this.test?.expected?.chunk_ids ?? []);
  }

  private get cited(): Set<string> {
    return new Set(this.test?.answer?.citations.map((one) => one.chunk_id ?? "") ?? []);
  }

  private shown(stage: StageName): Seen[] {
    const listed = this.test?.stages[stage]?.items ?? [];
    const most = this.many ? MANY : FEW;
    return listed.filter((one) => one.rank <= most || this.expected.has(one.chunk_id));
  }

  /** Curves from each card to the same passage's card in the stage it feeds. */
  private draw(): void {
    const ground = this.querySelector(".stage-columns");
    if (!ground) return;
    const frame = ground.getBoundingClientRect();
    const cards = new Map<string, DOMRect>();
    for (const card of ground.querySelectorAll<HTMLElement>("[data-place]"))
      cards.set(card.dataset["place"] ?? "", card.getBoundingClientRect());
    const found: Line[] = [];
    for (const [from, to] of LANES) {
      for (const { chunk_id: chunk } of this.shown(from)) {
        const left = cards.get(`${from} ${chunk}`);
        const right = cards.get(`${to} ${chunk}`);
        if (!left || !right || left.width === 0) continue;
        const [x1, x2] = [left.right - frame.left, right.left - frame.left];
        const [y1, y2] = [left.top + left.height / 2 - frame.top, right.top + right.height / 2 - frame.top];
        const bend = Math.min(120, (x2 - x1) / 2);
        found.push({ chunk, path: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` });
      }
    }
    this.lines = found;
  }

  private look(chunk: string): string {
    const looks = [];
    if (this.expected.has(chunk)) looks.push("expected");
    else if (this.cited.has(chunk)) looks.push("cited");
    if (this.near === chunk || this.chosen === chunk) looks.push("near");
    return looks.join(" ");
  }

  private score(stage: StageName, seen: Seen, passage: Passage | undefined): string {
    if (stage === "reranked") return (passage?.confidence ?? 0).toFixed(2);
    if (stage === "lexical") return seen.score.toFixed(1);
    return seen.score.toFixed(seen.score < 0.1 ? 4 : 3);
  }

  private card(stage: StageName, seen: Seen, most: number, dim: boolean): TemplateResult {
    const passage = this.test?.passages.find((one) => one.chunk_id === seen.chunk_id);
    if (!passage) return html``;
    const name = passage.faq_id === null ? nameOf(passage) : say("faq", { question: nameOf(passage) });
    const score = this.score(stage, seen, passage);
    const value = stage === "reranked" ? passage.confidence : seen.score;
    const share = most > 0 ? Math.max(0.02, Math.min(1, value / most)) : 0;
    const hover = (chunk: string | null) => () => (this.near = chunk);
    return html`<li>
      <button
        class="stage-card ${dim ? "dim" : ""} ${this.look(seen.chunk_id)}"
        data-place="${stage} ${seen.chunk_id}"
        aria-pressed=${this.chosen === seen.chunk_id}
        aria-label=${say("reading_rank", { title: name, stage: say(stage), rank: seen.rank, score })}
        @pointerenter=${hover(seen.chunk_id)}
        @pointerleave=${hover(null)}
        @focus=${hover(seen.chunk_id)}
        @blur=${hover(null)}
        @click=${() => this.tell("passage-chosen", seen.chunk_id)}
      >
        <span class="stage-rank">${seen.rank}</span>
        <span class="stage-name ellipsis">${name}</span>
        <span class="stage-score"
          ><svg class="stage-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect width=${100 * share} height="4" rx="2" /></svg
          ><span class="figures">${score}</span></span
        >
      </button>
    </li>`;
  }

  private column(stage: StageName): TemplateResult {
    const test = this.test;
    const listed = this.shown(stage);
    const passages = new Map(test?.passages.map((one) => [one.chunk_id, one]));
    const sure = (seen: Seen) => passages.get(seen.chunk_id)?.confidence ?? 0;
    const most = stage === "reranked" ? 1 : Math.max(0, ...listed.map((one) => one.score));
    const last = stage === "reranked" ? listed.findLastIndex((one) => sure(one) >= (test?.threshold ?? 0)) : -2;
    return html`<section class="stage-column" aria-label=${say(stage)}>
      <header>
        <h2 class="title-13">
          ${say(stage)} <span class="caption">${say(`count_${stage}`, { n: test?.stages[stage]?.count ?? 0 })}</span>
        </h2>
        ${this.definition(stage)}
      </header>
      <ol>
        ${last === -1 ? this.threshold() : nothing}
        ${listed.map((seen, place) => [
          this.card(stage, seen, most, stage === "reranked" && sure(seen) < (test?.threshold ?? 0)),
          place === last ? this.threshold() : nothing,
        ])}
      </ol>
    </section>`;
  }

  private definition(stage: StageName): TemplateResult {
    const [words, vectors] = (this.test?.weights ?? [0.5, 0.5]).map((one) => Math.round(one * 100));
    const values = {
      words: words ?? 0,
      vectors: vectors ?? 0,
      sure: (this.test?.confidence ?? 0).toFixed(2),
      threshold: (this.test?.threshold ?? 0).toFixed(2),
    };
    const order = this.test?.reranker ? say("by_reranker", { model: this.test.reranker }) : say("no_reranker");
    return html`<button class="definition caption" popovertarget="about-${stage}">${say(`score_${stage}`)}</button>
      <div id="about-${stage}" popover class="popover">
        ${say(`explain_${stage}`, values)} ${stage === "reranked" ? order : nothing}
      </div>`;
  }

  private threshold(): TemplateResult {
    const threshold = (this.test?.threshold ?? 0).toFixed(2);
    const words =
      this.target === null
        ? say("threshold_line", { threshold })
        : say("threshold_target", { threshold, target: +(this.target * 100).toFixed(1) });
    return html`<li class="stage-threshold"><span>${words}</span></li>`;
  }

  private table(): TemplateResult {
    const test = this.test;
    const ranks = new Map(
      STAGES.map((stage) => [stage, new Map(test?.stages[stage]?.items.map((one) => [one.chunk_id, one]))]),
    );
    const shown = new Set(STAGES.flatMap((stage) => this.shown(stage).map((one) => one.chunk_id)));
    const place = (chunk: string) => ranks.get("reranked")?.get(chunk)?.rank ?? Infinity;
    const rows = (test?.passages ?? [])
      .filter((one) => shown.has(one.chunk_id))
      .sort((a, b) => place(a.chunk_id) - place(b.chunk_id));
    return html`<table class="table two-line stage-table">
      <caption class="visually-hidden">
        ${say("table_caption")}
      </caption>
      <thead>
        <tr>
          <th scope="col">${say("passage")}</th>
          ${STAGES.map((stage) => html`<th scope="col" class="number">${say(stage)}</th>`)}
          <th scope="col" class="number">${say("score_reranked")}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (one) =>
            html`<tr aria-selected=${this.expected.has(one.chunk_id)}>
              <td>
                <button class="link-button" @click=${() => this.tell("passage-chosen", one.chunk_id)}>
                  ${one.faq_id === null ? nameOf(one) : say("faq", { question: nameOf(one) })}
                </button>
              </td>
              ${STAGES.map(
                (stage) =>
                  html`<td class="number" data-stage=${say(stage)}>
                    ${ranks.get(stage)?.get(one.chunk_id)?.rank ?? "—"}
                  </td>`,
              )}
              <td class="number">${one.confidence.toFixed(2)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  override render(): TemplateResult {
    if (!this.test) return html``;
    return html`
      <div class="stage-scroll">
        <div class="stage-columns">
          <svg class="stage-lines" aria-hidden="true">
            ${this.lines.map((line) => svg`<path d=${line.path} class=${this.look(line.chunk)} />`)}
          </svg>
          ${STAGES.map((stage) => this.column(stage))}
        </div>
      </div>
      <div class="stage-foot">
        <button class="link-button" @click=${() => (this.many = !this.many)}>
          ${say(this.many ? "fewer" : "more")}
        </button>
        <details>
          <summary>${say("as_table")}</summary>
          <div class="table-scroll">${this.table()}</div>
        </details>
      </div>
      <div class="stage-narrow">${this.table()}</div>
    `;
  }
}

customElements.define("hit-stages", HitStages);

declare global {
  interface HTMLElementTagNameMap {
    "hit-stages": HitStages;
  }
}
