/** The page of models: live traffic, versions with their way from candidate to live, lineage, reports. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { Box, CircleCheck, CircleX } from "lucide";
import { ask } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { attempt, given, type Paged } from "../datasets/types";
import { named as ofTraining } from "../types";
import { CompressDialog } from "./compress-dialog";
import { liveTraffic } from "./live-traffic";
import { ModelReport } from "./model-report";
import { MoveDialog, type Move } from "./move-dialog";
import { ServerDialog } from "./server-dialog";
import { MODELS, named, say, STATES, stateOf, type Evaluation, type Figures, type Guard, type Model } from "./types";

const LOOK_EVERY_MS = 4_000;
const GUARD = ["down", "refused", "handed_over", "failed", "first_token_p95_ms", "least", "window_minutes"] as const;
const TONES = { candidate: "", shadow: "", canary: "info", live: "ok", retired: "" } as const;

export class KefuModels extends PartElement {
  @state() private models: Model[] | null = null;
  @state() private figures: Figures[] = [];
  @state() private guard: Guard | null = null;
  @state() private open = new Set<string>();
  private timer = 0;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.addEventListener("model-moved", () => void this.load());
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private get may(): boolean {
    return "mayWrite" in this.dataset;
  }

  private in(...states: Model["state"][]): Model[] {
    return (this.models ?? []).filter((model) => states.includes(model.state));
  }

  private async load(): Promise<void> {
    clearTimeout(this.timer);
    await attempt(async () => {
      this.models = (await ask<Paged<Model>>(`${MODELS}?kind=chat&limit=100`)).items;
      this.figures = (await ask<{ items: Figures[] }>(`${MODELS}/figures`)).items;
      this.guard = await ask<Guard>(`${MODELS}/guard`);
      const running = (await ask<Paged<Evaluation>>(`${MODELS}/evaluations?limit=20`)).items;
      this.open = new Set(
        running.filter((one) => one.state === "queued" || one.state === "running").map((one) => one.model_id),
      );
    });
    const watched = this.open.size || this.in("shadow", "canary").length;
    if (watched && this.isConnected) this.timer = window.setTimeout(() => void this.load(), LOOK_EVERY_MS);
  }

  private async judge(model: Model): Promise<void> {
    await attempt(async () => {
      await ask(`${MODELS}/${model.model_id}/evaluations`, { method: "POST", body: {} });
      toast(say("judging"));
      await this.load();
    });
  }

  private async report(model: Model): Promise<void> {
    await attempt(async () => {
      const gate = model.details.gate;
      if (!gate) return;
      const found = await ask<Evaluation>(`${MODELS}/evaluations/${gate.evaluation_id}`);
      const against = this.models?.find((one) => one.model_id === found.against_id)?.name ?? say("own_model");
      await part(this, "model-report", ModelReport).open(model, found, against);
    });
  }

  private move(model: Model, move: Move): void {
    part(this, "move-dialog", MoveDialog).open(model, move);
  }

  private async rollBack(): Promise<void> {
    const live = this.in("live")[0];
    const canary = this.in("canary")[0];
    const text = canary
      ? say("roll_back_canary", { name: canary.name, live: live?.name ?? say("own_model") })
      : say("roll_back_live", { name: live?.name ?? "" });
    if (!(await confirmIn(this, { title: say("roll_back_title"), text, action: say("roll_back") }))) return;
    await attempt(async () => {
      const done = await ask<{ name: string | null }>(`${MODELS}/roll-back`, { method: "POST", body: {} });
      toast(say("rolled_back", { name: done.name ?? say("own_model") }));
      await this.load();
    });
  }

  private way(model: Model): TemplateResult {
    const reached = STATES.indexOf(model.state as (typeof STATES)[number]);
    return html`<span class="model-way" aria-hidden="true"
      >${STATES.map((_, place) => html`<i class=${place < reached ? "done" : place === reached ? "now" : ""}></i>`)}</span
    >`;
  }

  private gate(model: Model): TemplateResult {
    if (this.open.has(model.model_id)) return html`<span class="caption">${say("judging")}</span>`;
    const gate = model.details.gate;
    if (!gate) return html`<span class="caption">${say("not_judged")}</span>`;
    const broken = gate.broken.map((rule) => named("gate", rule)).join(" · ");
    return html`<button class="link-button" @click=${() => void this.report(model)}>
        <span class=${gate.passed ? "gate-held" : "danger-text"}
          >${icon(gate.passed ? CircleCheck : CircleX, 14)} ${gate.held} / ${gate.of}</span
        >
      </button>
      ${broken ? html`<div class="danger-text caption">${broken}</div>` : nothing}`;
  }

  private actions(model: Model): TemplateResult {
    const act = (text: string, work: () => void, look = "") =>
      html`<button class="button small ${look}" @click=${work}>${text}</button>`;
    const before = model.state !== "live";
    return html`<span class="learn-row">
      ${before && !this.open.has(model.model_id) ? act(say("judge"), () => void this.judge(model)) : nothing}
      ${
        model.state === "candidate" || model.state === "shadow"
          ? act(say("to_shadow"), () => this.move(model, "shadow"))
          : nothing
      }
      ${before && model.state !== "retired" ? act(say("to_canary"), () => this.move(model, "canary")) : nothing}
      ${before ? act(say("to_live"), () => this.move(model, "promote")) : nothing}
      ${
        model.details.serves === "model"
          ? act(say("server"), () => part(this, "server-dialog", ServerDialog).open(model))
          : nothing
      }
      ${
        model.run_id && model.sha256 && model.details.serves !== "nothing"
          ? act(say("compress"), () => part(this, "compress-dialog", CompressDialog).open(model))
          : nothing
      }
      ${model.state === "retired" ? nothing : act(say("to_retired"), () => this.move(model, "retire"), "danger-ghost")}
    </span>`;
  }

  private row(model: Model): TemplateResult {
    const parent = this.models?.find((one) => one.model_id === model.parent_id);
    const stopped = model.state === "candidate" && model.details.gate && !model.details.gate.passed;
    return html`<tr aria-selected=${model.state === "canary" ? "true" : "false"}>
      <td>
        <b>${model.name}</b>
        <div class="caption">
          ${ofTraining("method", model.details.method ?? "lora")}${
            model.details.stage ? ` · ${ofTraining("stage", model.details.stage)}` : ""
          }
          · ${model.base_model?.split("/").at(-1) ?? ""}
        </div>
        ${
          model.details.serves === "nothing"
            ? html`<div class="caption">${ofTraining("serves", "nothing")}</div>`
            : nothing
        }
        ${(model.details.marks ?? []).map((mark) => html`<div class="danger-text caption">${named("mark", mark)}</div>`)}
        ${
          model.details.rolled_back
            ? html`<div class="danger-text caption">${say("was_rolled_back", { why: model.details.rolled_back })}</div>`
            : nothing
        }
      </td>
      <td>
        <span class="badge ${stopped ? "danger" : TONES[model.state]}"><span class="dot"></span>${stateOf(model)}</span>
      </td>
      <td class="wide-only">${this.way(model)}</td>
      <td class="wide-only">${parent?.name ?? say("own_model")}</td>
      <td>${this.gate(model)}</td>
      <td class="wide-only">
        ${model.approved_by || "—"}
        ${model.changed_at ? html`<div class="caption figures">${dayAndTime(new Date(model.changed_at))}</div>` : nothing}
      </td>
      <td class="wide-only"><code class="mono">${model.sha256?.slice(0, 8) ?? "—"}</code></td>
      ${this.may ? html`<td>${this.actions(model)}</td>` : nothing}
    </tr>`;
  }

  private table(models: Model[]): TemplateResult {
    if (!models.length)
      return html`<div class="state">
        <span class="state-mark">${icon(Box, 20)}</span>
        <h2>${say("empty")}</h2>
        <p>${say("empty_next")}</p>
      </div>`;
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("title")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("version")}</th>
            <th scope="col">${say("state")}</th>
            <th scope="col" class="wide-only">${say("way")}</th>
            <th scope="col" class="wide-only">${say("from")}</th>
            <th scope="col">${say("gate")}</th>
            <th scope="col" class="wide-only">${say("approved")}</th>
            <th scope="col" class="wide-only">${say("digest")}</th>
            ${this.may ? html`<th scope="col"><span class="visually-hidden">${say("actions")}</span></th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${models.map((model) => this.row(model))}
        </tbody>
      </table>
    </div>`;
  }

  /** Versions below the one that was live when they were made. */
  private branch(parent: string | null): TemplateResult | typeof nothing {
    const children = (this.models ?? []).filter((model) => {
      const known = this.models?.some((one) => one.model_id === model.parent_id);
      return parent === null ? !known : model.parent_id === parent;
    });
    if (!children.length) return nothing;
    return html`<ul class="lineage">
      ${children.map(
        (model) =>
          html`<li>
            <span class="lineage-box ${model.state}">${model.name} <span class="caption">${stateOf(model)}</span></span>
            ${this.branch(model.model_id)}
          </li>`,
      )}
    </ul>`;
  }

  private guardDialog(): TemplateResult {
    const guard = this.guard;
    const save = (event: SubmitEvent) => {
      event.preventDefault();
      const form = new FormData(event.currentTarget as HTMLFormElement);
      const value = (name: (typeof GUARD)[number]) => {
        const text = given(form, name);
        if (text === "") return null;
        const percentage = !["first_token_p95_ms", "least", "window_minutes"].includes(name);
        return percentage ? Number(text) / 100 : Number(text);
      };
      void attempt(async () => {
        const body = Object.fromEntries(GUARD.map((name) => [name, value(name)]));
        this.guard = await ask<Guard>(`${MODELS}/guard`, { method: "PUT", body });
        toast(say("saved"));
        this.querySelector<HTMLDialogElement>(".guard-dialog")?.close();
      });
    };
    return html`<dialog class="dialog guard-dialog" aria-labelledby="guard-title">
      <h2 id="guard-title">${say("guard")}</h2>
      <form class="stack" @submit=${save}>
        <div class="learn-fields">
          ${GUARD.map((name) => {
            const whole = name === "least" || name === "window_minutes";
            const label =
              name === "first_token_p95_ms"
                ? `${say("col_first")} (ms)`
                : whole
                  ? named("guard", name)
                  : `${named("col", name)} (%)`;
            const kept = guard?.[name];
            const shown =
              kept == null ? "" : whole || name === "first_token_p95_ms" ? kept : Math.round(kept * 1000) / 10;
            return html`<div class="field">
              <label for="guard-${name}">${label}</label>
              <input
                class="input"
                id="guard-${name}"
                name=${name}
                type="number"
                min="0"
                step="any"
                ?required=${whole}
                .value=${String(shown)}
              />
            </div>`;
          })}
        </div>
        <div class="actions">
          <button
            type="button"
            class="button"
            @click=${() => this.querySelector<HTMLDialogElement>(".guard-dialog")?.close()}
          >
            ${say("close")}
          </button>
          <button class="button primary">${say("save")}</button>
        </div>
      </form>
    </dialog>`;
  }

  private body(models: Model[]): TemplateResult {
    return html`${liveTraffic({
      live: this.in("live")[0],
      canary: this.in("canary")[0],
      shadow: this.in("shadow"),
      figures: this.figures,
      guard: this.guard,
      may: this.may,
      rollBack: () => void this.rollBack(),
      promote: (model) => this.move(model, "promote"),
      changeGuard: () => this.querySelector<HTMLDialogElement>(".guard-dialog")?.showModal(),
    })}
    ${this.table(models)}
    ${
      models.length
        ? html`<section aria-label=${say("lineage")}>
            <h2 class="title-15">${say("lineage")} <span class="caption">${say("lineage_help")}</span></h2>
            ${this.branch(null)}
          </section>`
        : nothing
    }`;
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">${say("subtitle")}</div>
        </div>
      </header>
      <div class="page-body stack">
        ${this.models ? this.body(this.models) : html`<div class="skeleton run-skeleton" aria-busy="true"></div>`}
      </div>
      <model-report></model-report><move-dialog></move-dialog> <compress-dialog></compress-dialog
      ><server-dialog></server-dialog>${this.guardDialog()}
    `;
  }
}

customElements.define("kefu-models", KefuModels);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-models": KefuModels;
  }
}
