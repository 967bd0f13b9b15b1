/** Opening a blind comparison: which evaluation's answers, how many questions, how many people. */
import { html, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared } from "../../shared/i18n";
import { toast } from "../../staff/toast";
import { attempt, given, type Paged } from "../datasets/types";
import { MODELS, type Evaluation, type Model } from "../models/types";
import { COMPARISONS, say, type Comparison } from "./types";

export class OpenComparison extends PartElement {
  @state() private choices: { id: string; text: string }[] = [];

  async open(models: Model[]): Promise<void> {
    await attempt(async () => {
      const found = (await ask<Paged<Evaluation & { created_at: string }>>(`${MODELS}/evaluations?limit=50`)).items;
      this.choices = found
        .filter((one) => one.state === "done")
        .map((one) => {
          const name = models.find((model) => model.model_id === one.model_id)?.name ?? one.model_id.slice(-8);
          const at = dayAndTime(new Date(one.created_at));
          return { id: one.evaluation_id, text: say("evaluation_of", { name, at }) };
        });
    });
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
  }

  private async send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const body = {
      evaluation_id: given(form, "evaluation_id"),
      questions: Number(form.get("questions")),
      people: Number(form.get("people")),
    };
    await attempt(async () => {
      const made = await ask<Comparison>(COMPARISONS, { method: "POST", body });
      toast(say("opened", { n: made.questions }));
      this.querySelector("dialog")?.close();
      this.tell("comparison-opened");
    });
  }

  override render(): TemplateResult {
    const number = (name: string, label: string, value: number, max: number) =>
      html`<div class="field">
        <label for="open-${name}">${label}</label>
        <input class="input" id="open-${name}" name=${name} type="number" min="1" max=${max} value=${value} required />
      </div>`;
    return html`<dialog class="dialog" aria-labelledby="open-comparison-title">
      <h2 id="open-comparison-title">${say("open")}</h2>
      <form class="stack" @submit=${(event: SubmitEvent) => void this.send(event)}>
        <div class="field">
          <label for="open-evaluation">${say("judged_evaluation")}</label>
          <select class="input" id="open-evaluation" name="evaluation_id" required>
            ${
              this.choices.length
                ? this.choices.map((one) => html`<option value=${one.id}>${one.text}</option>`)
                : html`<option value="">${say("no_evaluations")}</option>`
            }
          </select>
        </div>
        <div class="learn-fields">
          ${number("questions", say("at_most"), 50, 200)} ${number("people", say("people"), 3, 20)}
        </div>
        <div class="actions">
          <button type="button" class="button" @click=${() => this.querySelector("dialog")?.close()}>
            ${sayShared("cancel")}
          </button>
          <button class="button primary" ?disabled=${!this.choices.length}>${say("open")}</button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("open-comparison", OpenComparison);

declare global {
  interface HTMLElementTagNameMap {
    "open-comparison": OpenComparison;
  }
}
