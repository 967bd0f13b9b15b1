/** Starting a run: which rows, settings that suit the model's size, and what it will need before it begins. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ask, Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { locale, say as sayShared } from "../shared/i18n";
import { toast } from "../staff/toast";
import { buildVersion } from "./datasets/build-version";
import { DATASETS, given, type Paged, type Version } from "./datasets/types";
import { METHODS, duration, named, RUNS, say, SETTINGS, settingsOf, STAGES } from "./types";
import type { Method, Settings, Stage } from "./types";

const DEVICES = ["cpu", "l4", "a10", "rtx4090", "l40s", "a100", "h100", "h200"] as const;
const STEPS: Partial<Record<(typeof SETTINGS)[number], string>> = {
  epochs: "any",
  learning_rate: "any",
  dropout: "any",
  beta: "any",
};

interface Offer {
  method: Method;
  serves: "adapter" | "model" | "nothing";
  lack: string;
}

interface Start {
  model_id: string;
  name: string;
  details: { method?: string };
  sha256: string | null;
}

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
  @state() private offers: Offer[] = [];
  @state() private starts: Start[] = [];
  @state() private stage: Stage = "sft";
  @state() private method: Method = "lora";
  @state() private problem = "";
  @state() private busy = false;

  async open(last: Settings | undefined): Promise<void> {
    this.planned = null;
    this.problem = "";
    this.settings = last ?? null;
    this.stage = last?.stage ?? "sft";
    this.method = last?.method ?? "lora";
    try {
      const [versions, offers, starts] = await Promise.all([
        ask<Paged<Version>>(`${DATASETS}?limit=20`),
        ask<{ items: Offer[] }>("/api/v1/training/methods"),
        ask<Paged<Start>>("/api/v1/models?limit=50"),
      ]);
      this.versions = versions.items.filter((one) => !one.erased_rows);
      this.offers = offers.items;
      this.starts = starts.items.filter((one) => one.sha256 && /^q?lora$/.test(one.details.method ?? "lora"));
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
    const before = this.settings;
    if (!before) return undefined;
    const shown = new Set<string>(settingsOf(this.stage, this.method));
    const numbers = SETTINGS.map((name) => [name, shown.has(name) ? Number(given(form, name)) : before[name]]);
    const start_from = given(form, "start_from") || null;
    return { ...Object.fromEntries(numbers), stage: this.stage, method: this.method, start_from } as Settings;
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
    await this.attempt(async () => {
      const chosen = given(form, "dataset_id");
      body["dataset_id"] = chosen || (await buildVersion(DATASETS, () => undefined)).dataset_id;
      await ask(RUNS, { method: "POST", body });
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

  /** What stands against the choice, or where it leads, in a sentence. */
  private remark(): TemplateResult | typeof nothing {
    const offer = this.offers.find((one) => one.method === this.method);
    if (!offer) return nothing;
    if (offer.lack) return html`<p class="error">${offer.lack}</p>`;
    return html`<p class="help">${named("stage_help", this.stage)} ${named("serves", offer.serves)}</p>`;
  }

  private kinds(): TemplateResult {
    const continues = this.method === "lora" || this.method === "qlora";
    return html`<div class="learn-fields">
        <div class="field">
          <label for="run-stage">${say("stage")}</label>
          <select
            class="input"
            id="run-stage"
            @change=${(event: Event) => (this.stage = (event.target as HTMLSelectElement).value as Stage)}
          >
            ${STAGES.map((one) => html`<option value=${one} ?selected=${one === this.stage}>${named("stage", one)}</option>`)}
          </select>
        </div>
        <div class="field">
          <label for="run-method">${say("method")}</label>
          <select
            class="input"
            id="run-method"
            @change=${(event: Event) => (this.method = (event.target as HTMLSelectElement).value as Method)}
          >
            ${METHODS.map((one) => html`<option value=${one} ?selected=${one === this.method}>${named("method", one)}</option>`)}
          </select>
        </div>
        ${
          continues
            ? html`<div class="field">
                <label for="run-start-from">${say("start_from")}</label>
                <select class="input" id="run-start-from" name="start_from">
                  <option value="">${say("start_base")}</option>
                  ${this.starts.map(
                    (one) =>
                      html`<option value=${one.model_id} ?selected=${one.model_id === this.settings?.start_from}>
                        ${one.name}
                      </option>`,
                  )}
                </select>
              </div>`
            : nothing
        }
      </div>
      ${this.remark()}`;
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
        ${this.kinds()}
        ${
          this.settings
            ? html`<fieldset class="learn-fields learn-set">
                <legend class="title-13">${say("settings")}</legend>
                ${settingsOf(this.stage, this.method).map(
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
