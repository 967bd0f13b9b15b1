/** <inspection-results>: scores by week, person, queue and the bot, with their counts. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { nameOf, type Queue } from "../../escalation/types";
import { say, URL, wordsOf } from "./types";

interface Result {
  part: "agent" | "bot";
  who: string;
  queue_id: string | null;
  week: string;
  n: number;
  score: number | null;
  fatal: number;
  appeals: number;
}

@customElement("inspection-results")
export class InspectionResults extends PartElement {
  @state() private items: Result[] | null = null;
  @state() private queues: Queue[] = [];
  @state() private problem = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const [found, queues] = await Promise.all([
        ask<{ items: Result[] }>(`${URL}/results`),
        ask<Queue[]>("/api/v1/queues"),
      ]);
      this.items = found.items;
      this.queues = queues;
    } catch (problem) {
      this.problem = wordsOf(problem);
    }
  }

  private row(one: Result): TemplateResult {
    const queue = this.queues.find((other) => other.queue_id === one.queue_id);
    return html`<tr>
      <td class="figures">${one.week.slice(0, 10)}</td>
      <td>${one.part === "bot" ? say("result_bot") : one.who}</td>
      <td>${queue ? nameOf(queue) : ""}</td>
      <td class="number">${one.score === null ? "—" : one.score.toFixed(1)}</td>
      <td class="number">${one.n}</td>
      <td class="number">${one.fatal}</td>
      <td class="number">
        ${Math.round((100 * one.appeals) / one.n)}% <span class="caption">${one.appeals} / ${one.n}</span>
      </td>
    </tr>`;
  }

  protected override render(): TemplateResult {
    if (this.problem) return html`<p class="banner danger" role="alert">${this.problem}</p>`;
    return html`<p class="caption">${say("result_note")}</p>
      <div class="table-scroll" role="region" tabindex="0" aria-label=${say("tab_results")}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${say("result_week")}</th>
              <th scope="col">${say("result_who")}</th>
              <th scope="col">${say("result_queue")}</th>
              <th scope="col" class="number">${say("score")}</th>
              <th scope="col" class="number">${say("result_n")}</th>
              <th scope="col" class="number">${say("result_fatal")}</th>
              <th scope="col" class="number">${say("result_appeals")}</th>
            </tr>
          </thead>
          <tbody>
            ${this.items?.map((one) => this.row(one)) ?? nothing}
          </tbody>
        </table>
      </div>`;
  }
}
