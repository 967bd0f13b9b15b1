/** The page of datasets: versions with their steps, rows to review, files, and the rules. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { FileText, Hammer } from "lucide";
import { part } from "../../shared/dom";
import { icon } from "../../shared/icons";
import { waitingState } from "../../shared/states";
import { toast } from "../../staff/toast";
import { LearningPage } from "../learning-page";
import { buildVersion } from "./build-version";
import { DatasetVersions } from "./dataset-versions";
import "./material-review";
import "./teacher-answers";
import "./training-imports";
import { ask, attempt, DATASETS, given, say } from "./types";

const TABS = ["versions", "review", "imports", "teach", "rules"] as const;
type Tab = (typeof TABS)[number];
const NUMBERS = [
  "near",
  "shortest_answer",
  "longest_answer",
  "longest_question",
  "least_quality",
  "validation_share",
  "test_share",
  "base_share",
  "base_floor",
  "votes_per_customer",
  "synthetic_share",
] as const;
const WHOLE = new Set<string>([
  "shortest_answer",
  "longest_answer",
  "longest_question",
  "base_floor",
  "votes_per_customer",
]);

interface Rules {
  recipe: Record<(typeof NUMBERS)[number], number> & { sensitive_words: string[]; paraphrases: boolean };
  reviewers: number;
}

export class KefuDatasets extends LearningPage {
  @state() private tab: Tab = "versions";
  @state() private rules: Rules | null = null;
  /** How far the version is that is being built; empty: none is. */
  @state() private building = "";

  override connectedCallback(): void {
    super.connectedCallback();
    const wanted = new URLSearchParams(location.search).get("tab");
    this.tab = TABS.find((tab) => tab === wanted) ?? "versions";
    void attempt(async () => {
      this.rules = await ask<Rules>(`${DATASETS}/rules`);
    });
  }

  private show(tab: Tab): void {
    this.tab = tab;
    history.replaceState(null, "", `?tab=${tab}`);
  }

  private async build(address: string, word: "built" | "built_documents"): Promise<void> {
    if (this.building) return;
    this.building = say("build_waits");
    await attempt(async () => {
      const made = await buildVersion(address, (job) => {
        const { done, total } = job.progress;
        if (total) this.building = say("building", { done, total });
      });
      toast(say(word, { n: made.version, rows: made.rows }));
      this.show("versions");
      await this.updateComplete;
      await part(this, "dataset-versions", DatasetVersions).load();
    });
    this.building = "";
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const rules = this.rules;
    if (!rules) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const numbers = Object.fromEntries(NUMBERS.map((name) => [name, Number(form.get(name))]));
    const words = given(form, "sensitive_words")
      .split("\n")
      .map((word) => word.trim())
      .filter(Boolean);
    const body = {
      recipe: { ...rules.recipe, ...numbers, sensitive_words: words, paraphrases: form.has("paraphrases") },
      reviewers: Number(form.get("reviewers")),
    };
    await attempt(async () => {
      this.rules = await ask<Rules>(`${DATASETS}/rules`, { method: "PUT", body });
      toast(say("saved"));
    });
  }

  private rulesTab(): TemplateResult {
    const rules = this.rules;
    if (!rules) return waitingState();
    return html`<form class="stack" @submit=${(event: SubmitEvent) => void this.save(event)}>
      <p class="muted">${say("rules_help")}</p>
      <div class="learn-fields">
        ${NUMBERS.map(
          (name) =>
            html`<div class="field">
              <label for="rule-${name}">${say(`rule_${name}`)}</label>
              <input
                class="input"
                id="rule-${name}"
                name=${name}
                type="number"
                min="0"
                step=${WHOLE.has(name) ? "1" : "0.01"}
                required
                ?readonly=${!this.may}
                .value=${String(rules.recipe[name])}
              />
            </div>`,
        )}
        <div class="field">
          <label for="rule-reviewers">${say("rule_reviewers")}</label>
          <input
            class="input"
            id="rule-reviewers"
            name="reviewers"
            type="number"
            min="1"
            max="3"
            required
            ?readonly=${!this.may}
            .value=${String(rules.reviewers)}
          />
        </div>
      </div>
      <label class="learn-row"
        ><input
          type="checkbox"
          name="paraphrases"
          ?disabled=${!this.may}
          .checked=${rules.recipe.paraphrases}
        />${say("rule_paraphrases")}</label
      >
      <div class="field">
        <label for="rule-words">${say("rule_sensitive_words")}</label>
        <textarea
          class="input"
          id="rule-words"
          name="sensitive_words"
          ?readonly=${!this.may}
          .value=${rules.recipe.sensitive_words.join("\n")}
        ></textarea>
      </div>
      ${this.may ? html`<div><button class="button primary">${say("save")}</button></div>` : nothing}
    </form>`;
  }

  private keys(event: KeyboardEvent): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const next = TABS[(TABS.indexOf(this.tab) + step + TABS.length) % TABS.length];
    if (!next) return;
    this.show(next);
    void this.updateComplete.then(() => part(this, `#tab-${next}`, HTMLElement).focus());
  }

  private panel(): TemplateResult {
    if (this.tab === "versions") return html`<dataset-versions></dataset-versions>`;
    if (this.tab === "review")
      return html`<material-review
        .mayCollect=${this.may}
        .mayReview=${"mayReview" in this.dataset}
      ></material-review>`;
    if (this.tab === "imports") return html`<training-imports .mayImport=${this.may}></training-imports>`;
    if (this.tab === "teach") return html`<teacher-answers class="stack" .may=${this.may}></teacher-answers>`;
    return this.rulesTab();
  }

  override render(): TemplateResult {
    return html`
      ${this.head(
        say("title"),
        say("subtitle"),
        this.may
          ? html`<span class="caption" role="status">${this.building}</span>
              <button class="button" @click=${() => void this.build(`${DATASETS}/documents`, "built_documents")}>
                ${icon(FileText)} ${say("build_documents")}
              </button>
              <button
                class="button primary"
                aria-busy=${this.building ? "true" : "false"}
                @click=${() => void this.build(DATASETS, "built")}
              >
                ${icon(Hammer)} ${say("build")}
              </button>`
          : nothing,
      )}
      <div class="page-body stack">
        <div
          class="tabs"
          role="tablist"
          aria-label=${say("title")}
          @keydown=${(event: KeyboardEvent) => this.keys(event)}
        >
          ${TABS.map(
            (tab) =>
              html`<button
                role="tab"
                id="tab-${tab}"
                aria-controls="datasets-panel"
                aria-selected=${tab === this.tab}
                tabindex=${tab === this.tab ? 0 : -1}
                @click=${() => this.show(tab)}
              >
                ${say(`tab_${tab}`)}
              </button>`,
          )}
        </div>
        <div id="datasets-panel" class="stack" role="tabpanel" aria-labelledby="tab-${this.tab}">${this.panel()}</div>
      </div>
    `;
  }
}

customElements.define("kefu-datasets", KefuDatasets);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-datasets": KefuDatasets;
  }
}
