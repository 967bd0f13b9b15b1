/** Where a right answer belongs: a new FAQ, another way to ask for one, an edit of what was cited, or training alone. */
import { html, nothing, type TemplateResult } from "lit";
import { PartElement } from "../shared/element";
import { NO_PLAN, PLACES, say, type PlaceName, type Places, type Plan } from "./types";

export class CorrectionPlan extends PartElement {
  static override properties = { places: { attribute: false }, plan: { state: true }, problem: { state: true } };
  declare places: Places | null;
  declare plan: Plan;
  declare problem: string;

  constructor() {
    super();
    this.places = null;
    this.plan = NO_PLAN;
    this.problem = "";
  }

  private set(changed: Partial<Plan>): void {
    this.plan = { ...this.plan, ...changed };
    this.problem = "";
    this.tell("plan-changed");
  }

  private choose(place: PlaceName): void {
    const passage = this.places?.passages[0];
    const target =
      place === "faq_phrasing"
        ? { faq_id: this.places?.faqs[0]?.faq_id ?? null, target_version: this.places?.faqs[0]?.version ?? null }
        : place === "passage"
          ? {
              chunk_id: passage?.chunk_id ?? null,
              faq_id: passage?.faq_id ?? null,
              passage_text: passage?.chunk_id ? passage.text : null,
              target_version: passage?.version ?? null,
            }
          : {};
    this.set({ faq_id: null, chunk_id: null, passage_text: null, target_version: null, ...target, place });
  }

  /** What is missing, said under the choice; "" when nothing is. */
  check(): string {
    const { place, faq_id, chunk_id, passage_text } = this.plan;
    if (place === "faq_phrasing" && !faq_id) this.problem = say("need_faq");
    if (place === "passage" && !faq_id && !(chunk_id && passage_text?.trim())) this.problem = say("need_passage");
    return this.problem;
  }

  private questions(): TemplateResult {
    return html`
      <label class="field">
        <span class="caption">${say("questions")}</span>
        <textarea
          class="input"
          rows="2"
          data-part="questions"
          .value=${this.plan.questions.join("\n")}
          placeholder=${this.places?.question ?? ""}
          @change=${(event: Event) => {
            const lines = (event.target as HTMLTextAreaElement).value.split("\n").map((line) => line.trim());
            this.set({ questions: lines.filter(Boolean) });
          }}
        ></textarea>
      </label>
    `;
  }

  private faqs(): TemplateResult {
    const faqs = this.places?.faqs ?? [];
    if (faqs.length === 0) return html`<p class="caption">${say("no_faqs")}</p>`;
    return html`
      <ul class="plan-targets">
        ${faqs.map(
          (faq) => html`
            <li>
              <label class="row">
                <input
                  class="checkbox"
                  type="radio"
                  name="faq-${this.places?.message_id ?? ""}"
                  .checked=${faq.faq_id === this.plan.faq_id}
                  @change=${() => this.set({ faq_id: faq.faq_id, target_version: faq.version })}
                />
                <span
                  >${faq.question}
                  <span class="caption figures">${say("near", { n: faq.score.toFixed(2) })}</span></span
                >
              </label>
              ${faq.faq_id === this.plan.faq_id ? html`<p class="caption plan-answer">${faq.answer}</p>` : nothing}
            </li>
          `,
        )}
      </ul>
      ${this.questions()}
    `;
  }

  private passages(): TemplateResult {
    const passages = this.places?.passages ?? [];
    if (passages.length === 0) return html`<p class="caption">${say("no_passages")}</p>`;
    const chosen = (one: (typeof passages)[number]): boolean =>
      one.chunk_id ? one.chunk_id === this.plan.chunk_id : one.faq_id === this.plan.faq_id;
    return html`
      <ul class="plan-targets">
        ${passages.map(
          (one) => html`
            <li>
              <label class="row">
                <input
                  class="checkbox"
                  type="radio"
                  name="passage-${this.places?.message_id ?? ""}"
                  .checked=${chosen(one)}
                  @change=${() =>
                    this.set({
                      chunk_id: one.chunk_id,
                      faq_id: one.faq_id,
                      passage_text: one.chunk_id ? one.text : null,
                      target_version: one.version,
                    })}
                />
                <span class="citation-chip">${one.number}</span>
                <span>${[one.title, ...one.heading_path].join(" › ")}</span>
              </label>
            </li>
          `,
        )}
      </ul>
      ${
        this.plan.chunk_id
          ? html`<label class="field">
              <span class="caption">${say("passage_text")}</span>
              <textarea
                class="input plan-passage"
                rows="6"
                data-part="passage"
                .value=${this.plan.passage_text ?? ""}
                @change=${(event: Event) => this.set({ passage_text: (event.target as HTMLTextAreaElement).value })}
              ></textarea>
            </label>`
          : html`<p class="caption">${say("faq_answer_replaced")}</p>`
      }
    `;
  }

  private inside(place: PlaceName): TemplateResult | typeof nothing {
    if (place !== this.plan.place) return nothing;
    if (place === "new_faq") return this.questions();
    if (place === "faq_phrasing") return this.faqs();
    return place === "passage" ? this.passages() : nothing;
  }

  override render(): TemplateResult {
    const name = `place-${this.places?.message_id ?? ""}`;
    return html`
      <fieldset class="plan">
        <legend class="caption">${say("where")}</legend>
        ${PLACES.map(
          (place) => html`
            <div class="plan-place${place === this.plan.place ? " on" : ""}">
              <label class="row">
                <input
                  class="checkbox"
                  type="radio"
                  name=${name}
                  value=${place}
                  .checked=${place === this.plan.place}
                  @change=${() => this.choose(place)}
                />
                <span><b>${say(`place_${place}`)}</b> <span class="caption">${say(`place_${place}_why`)}</span></span>
              </label>
              ${this.inside(place)}
            </div>
          `,
        )}
        ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
      </fieldset>
    `;
  }
}

customElements.define("correction-plan", CorrectionPlan);

declare global {
  interface HTMLElementTagNameMap {
    "correction-plan": CorrectionPlan;
  }
}
