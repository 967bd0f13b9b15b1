/** Starting a run: which rows, settings that suit the model's size, and what it will need before it begins. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ask, Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { locale, say as sayShared } from "../shared/i18n";
import { toast } from "../staff/toast";
import { DATASETS, given, type Paged, type Version } from "./datasets/types";
import { duration, named, RUNS, say, SETTINGS, type Settings } from "./types";

const DEVICES = ["cpu", "l4", "a10", "rtx4090", "l40s", "a100", "h100", "h200"] as const;
const STEPS: Partial<Record<(typeof SETTINGS)[number], string>> = {
  epochs: "any",
  learning_rate: "any",
  dropout: "any",
};

interface Planned {
  known: boolean;
  preset: string;
  settings: Settings;
  base: { architecture?: string; parameters?: number };
  estimate: {
    memory_gb: number;
    weights_gb: number;
    activations_gb: number;
    adapter_gb: number;
    seconds: number;
    tokens: number;
    steps: number;
    basis: string;
  };
}

export class RunForm extends PartElement {
  @state() private versions: Version[] = [];
  @state() private settings: Settings | null = null;
  @state() private planned: Planned | null = null;
  @state() private problem = "";
  @state() private busy = false;

  async open(last: Settings | undefined): Promise<void> {
    this.planned = null;
    this.problem = "";
    this.settings = last ?? null;
    try {
      this.versions = (await ask<Paged<Version>>(`${DATASETS}?limit=20`)).items.filter((one) => !one.erased_rows);
    } catch {
      this.versions = [];
    }
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
    if (this.versions.length) await this.estimate(last === undefined);
  }

  private get form(): FormData {
    return new FormData(this.querySelector("form") as HTMLFormElement);
  }

  private chosen(form: FormData): Settings | undefined {
    if (!this.settings) return undefined;
    return Object.fromEntries(SETTINGS.map((name) => [name, Number(given(form, name))])) as Settings;
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.problem = "";
    try {
      await work();
    } catch (error) {
      this.problem = error instanceof Problem && error.detail ? error.detail : sayShared("network");
    }
    this.busy = false;
  }

  private async estimate(withPreset: boolean): Promise<void> {
    const form = this.form;
    const datasetId = given(form, "dataset_id") || this.versions[0]?.dataset_id;
    if (!datasetId) return;
    await this.attempt(async () => {
      const body: Record<string, unknown> = {
        dataset_id: datasetId,
        device: given(form, "device") || "cpu",
        cards: Number(given(form, "cards") || 1),
      };
      const settings = withPreset ? undefined : this.chosen(form);
      if (settings) body["settings"] = settings;
      this.planned = await ask<Planned>("/api/v1/training/estimate", { method: "POST", body });
      if (this.planned.known) this.settings = settings ?? this.planned.settings;
    });
  }

  private async start(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = this.form;
    const body: Record<string, unknown> = {};
    const settings = this.chosen(form);
    if (settings) body["settings"] = settings;
    if (given(form, "dataset_id")) body["dataset_id"] = given(form, "dataset_id");
    await this.attempt(async () => {
      await ask(RUNS, { method: "POST", body, timeoutMs: 120_000 });
      toast(say("started"));
      this.querySelector("dialog")?.close();
      this.tell("run-started");
    });
  }

  private told(planned: Planned): TemplateResult {
    if (!planned.known) return html`<p class="help">${say("elsewhere")}</p>`;
    const needs = planned.estimate;
    return html`<p>
        ${say("estimated", {
          memory: needs.memory_gb,
          weights: needs.weights_gb,
          activations: needs.activations_gb,
          adapter: needs.adapter_gb,
          time: duration(needs.seconds),
          tokens: needs.tokens.toLocaleString(locale()),
          steps: needs.steps,
        })}
      </p>
      <p class="help">
        ${say("preset", { n: `${((planned.base.parameters ?? 0) / 1e6).toFixed(1)} M`, name: named("preset", planned.preset) })}
        · ${named("basis", needs.basis)}
      </p>`;
  }

  override render(): TemplateResult {
    return html`<dialog class="dialog learn-wide" aria-labelledby="run-form-title">
      <h2 id="run-form-title">${say("new_run")}</h2>
      <form class="stack" @submit=${(event: SubmitEvent) => void this.start(event)}>
        <div class="learn-fields">
          <div class="field">
            <label for="run-dataset">${say("dataset")}</label>
            <select class="input" id="run-dataset" name="dataset_id">
              <option value="">${say("newest_dataset")}</option>
              ${this.versions.map(
                (one, place) =>
                  html`<option value=${one.dataset_id} ?selected=${place === 0}>
                    ${one.name} v${one.version} · ${one.rows}
                  </option>`,
              )}
            </select>
          </div>
          <div class="field">
            <label for="run-device">${say("device")}</label>
            <select class="input" id="run-device" name="device">
              ${DEVICES.map((one) => html`<option value=${one}>${one}</option>`)}
            </select>
          </div>
          <div class="field">
            <label for="run-cards">${say("cards")}</label>
            <input class="input" id="run-cards" name="cards" type="number" min="1" max="4096" value="1" />
          </div>
        </div>
        ${
          this.settings
            ? html`<fieldset class="learn-fields learn-set">
                <legend class="title-13">${say("settings")}</legend>
                ${SETTINGS.map(
                  (name) =>
                    html`<div class="field">
                      <label for="set-${name}">${named("set", name)}</label>
                      <input
                        class="input"
                        id="set-${name}"
                        name=${name}
                        type="number"
                        min="0"
                        step=${STEPS[name] ?? "1"}
                        required
                        .value=${String(this.settings?.[name] ?? "")}
                      />
                    </div>`,
                )}
              </fieldset>`
            : nothing
        }
        <div role="status">
          ${this.problem ? html`<p class="error">${this.problem}</p>` : nothing}
          ${this.planned ? this.told(this.planned) : nothing}
        </div>
        <div class="actions">
          <button type="button" class="button ghost" @click=${() => this.querySelector("dialog")?.close()}>
            ${sayShared("cancel")}
          </button>
          <button
            type="button"
            class="button"
            ?disabled=${!this.versions.length}
            @click=${() => void this.estimate(false)}
          >
            ${say("estimate_now")}
          </button>
          <button class="button primary" aria-busy=${this.busy ? "true" : "false"}>${say("go")}</button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("run-form", RunForm);

declare global {
  interface HTMLElementTagNameMap {
    "run-form": RunForm;
  }
}
