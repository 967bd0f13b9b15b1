/** One run: its figures beside those of another run, and every question with what changed. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { changes } from "../../knowledge/document/chunks";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { confusedPairs, groupFigures } from "./run-parts";
import { API, figure, figureName, say, shown, tone, type AnswerRun, type Details, type Row, type Said } from "./types";

const PAGE = 50;
const ORDER = { broken: 0, fixed: 1, changed: 2, "": 3 } as const;

export class AnswerRunDetails extends PartElement {
  @property() run = "";
  /** Other finished runs it may be compared with. */
  @property({ attribute: false }) others: AnswerRun[] = [];
  @state() private details: Details | null = null;
  @state() private against = "";
  @state() private only: "" | "changed" | "wrong" = "";
  @state() private limit = PAGE;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("run")) {
      this.against = "";
      this.limit = PAGE;
      void this.load();
    }
  }

  /** Fetches the run again. */
  async load(): Promise<void> {
    if (!this.run) return;
    const wanted = this.run;
    const found = await ask<Details>(`${API}/${wanted}${this.against ? `?against=${this.against}` : ""}`);
    if (wanted === this.run) this.details = found;
  }

  private verdict(row: Row): TemplateResult {
    if (!row.judged) return html`<span class="badge">${say("waiting")}</span>`;
    const [code] = row.judged.problem.split(":");
    const words = code ? say(`problem_${code}` as Said) : say("ok");
    const change = row.change
      ? html`<span class="badge ${row.change === "broken" ? "danger" : "info"}">${say(`change_${row.change}`)}</span>`
      : nothing;
    return html`<span class="badge ${code ? "danger" : "ok"}">${words}</span> ${change}`;
  }

  private row(row: Row): TemplateResult {
    const now = row.judged?.text ?? "";
    const before = row.before?.text ?? "";
    const words = row.change && row.before ? changes(before, now) : now;
    return html`<tr>
      <td>
        <a href="/admin/hit-test?q=${encodeURIComponent(row.question)}">${row.question}</a>
        <div class="caption">${row.group}</div>
      </td>
      <td>${this.verdict(row)}</td>
      <td class="run-answer chunk-words">
        ${words}
        ${row.judged?.cited.length ? html`<div class="caption">${row.judged.cited.join(" · ")}</div>` : nothing}
      </td>
    </tr>`;
  }

  private figures(details: Details): TemplateResult {
    const names = Object.keys(details.run.figures ?? {}).filter((name) => name !== "groups");
    const other = details.before;
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("figures")}>
      <table class="table answer-figures">
        <thead>
          <tr>
            <th scope="col">${say("figure")}</th>
            <th scope="col" class="number">${say("value")}</th>
            ${other ? html`<th scope="col" class="number">${say("before")}</th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${names.map((name) => {
            const now = figure(details.run, name);
            const before = figure(other, name);
            return html`<tr>
              <th scope="row">${figureName(name)}</th>
              <td class="number ${tone(name, before, now)}">${shown(name, now)}</td>
              ${other ? html`<td class="number">${shown(name, before)}</td>` : nothing}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }

  private head(details: Details): TemplateResult {
    const { run } = details;
    const at = (one: AnswerRun) => dayAndTime(new Date(one.created_at));
    const model = run.settings.model ? run.settings.model : say("quotes");
    const compare = (event: Event) => {
      this.against = (event.target as HTMLSelectElement).value;
      void this.load();
    };
    const query = this.against ? `?against=${this.against}` : "";
    const others = this.others.filter((one) => one.run_id !== run.run_id);
    return html`<div class="row answer-run-head">
        <h2 class="title-15">${say("details", { name: run.name, when: at(run) })}</h2>
        ${details.broken ? html`<span class="badge danger">${say("broken", { n: details.broken })}</span>` : nothing}
        ${details.fixed ? html`<span class="badge info">${say("fixed", { n: details.fixed })}</span>` : nothing}
        ${details.changed ? html`<span class="badge">${say("changed", { n: details.changed })}</span>` : nothing}
        ${
          run.finished_at
            ? html`<a class="push" href="${API}/${run.run_id}/result${query}" download>${say("download")}</a>`
            : nothing
        }
      </div>
      <p class="caption">
        ${say("answered_by", { model, embedder: run.settings.embedder ?? "—" })}
        ${run.settings.judge ? html`· ${say("judged")}` : nothing}
      </p>
      ${
        others.length
          ? html`<div class="field answer-against">
              <label for="against">${say("against")}</label>
              <select class="input" id="against" @change=${compare}>
                ${details.before ? nothing : html`<option value="">${say("against_none")}</option>`}
                ${others.map(
                  (one) =>
                    html`<option value=${one.run_id} ?selected=${one.run_id === details.before?.run_id}>
                      ${at(one)} · ${shown("right", figure(one, "right"))}
                    </option>`,
                )}
              </select>
            </div>`
          : nothing
      }`;
  }

  private filters(): TemplateResult {
    const toggle = (only: "changed" | "wrong") =>
      html`<label class="row">
        <input
          class="switch"
          type="checkbox"
          role="switch"
          .checked=${this.only === only}
          @change=${() => (this.only = this.only === only ? "" : only)}
        />
        ${say(`only_${only}`)}
      </label>`;
    return html`<div class="row">${toggle("changed")} ${toggle("wrong")}</div>`;
  }

  private asked(rows: readonly Row[]): TemplateResult {
    return html`${this.filters()}
      <div class="table-scroll" tabindex="0" role="region" aria-label=${say("result")}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${say("question")}</th>
              <th scope="col">${say("result")}</th>
              <th scope="col">${say("answer")}</th>
            </tr>
          </thead>
          <tbody>
            ${rows.slice(0, this.limit).map((row) => this.row(row))}
          </tbody>
        </table>
      </div>
      ${rows.length === 0 ? html`<p class="muted">${say("nothing_changed")}</p>` : nothing}
      ${
        rows.length > this.limit
          ? html`<button class="button" @click=${() => (this.limit += PAGE)}>${say("more")}</button>`
          : nothing
      }`;
  }

  override render(): TemplateResult {
    const details = this.details;
    if (!details) return html`<div class="stack" aria-busy="true"><span class="skeleton"></span></div>`;
    const rows = details.rows
      .filter((row) => this.only !== "changed" || row.change)
      .filter((row) => this.only !== "wrong" || row.judged?.problem)
      .sort((a, b) => ORDER[a.change] - ORDER[b.change] || a.position - b.position);
    return html`<section class="card run-details" aria-label=${say("details", { name: details.run.name, when: "" })}>
      ${this.head(details)} ${details.run.figures ? this.figures(details) : nothing} ${groupFigures(details.run)}
      ${confusedPairs(details.run)} ${details.rows.length ? this.asked(rows) : nothing}
    </section>`;
  }
}

customElements.define("answer-run-details", AnswerRunDetails);

declare global {
  interface HTMLElementTagNameMap {
    "answer-run-details": AnswerRunDetails;
  }
}
