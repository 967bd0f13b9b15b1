/** The page of models: live traffic, versions with their way from candidate to live, lineage, reports. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ask } from "../../shared/api";
import { part } from "../../shared/dom";
import { waitingState } from "../../shared/states";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { attempt, DATASETS, type Paged, type Version } from "../datasets/types";
import { LearningPage } from "../learning-page";
import { CompressDialog } from "./compress-dialog";
import { lineage } from "./lineage";
import { liveTraffic } from "./live-traffic";
import "./model-report";
import { modelTable } from "./model-table";
import { MoveDialog, type Move } from "./move-dialog";
import { gateSheet, guardSheet, inOneLine, type Sheet } from "./rules";
import { RulesDialog } from "./rules-dialog";
import { ServerDialog } from "./server-dialog";
import { MODELS, say, type Evaluation, type Figures, type Model, type Rules } from "./types";

const LOOK_EVERY_MS = 4_000;

export class KefuModels extends LearningPage {
  @state() private models: Model[] | null = null;
  @state() private figures: Figures[] = [];
  @state() private guard: Rules | null = null;
  @state() private gateRules: Rules | null = null;
  @state() private judged = new Map<string, string>();
  @state() private datasets: Version[] = [];
  private timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("model-moved", () => void this.load());
    this.addEventListener("rules-changed", () => void this.load());
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private in(...states: Model["state"][]): Model[] {
    return (this.models ?? []).filter((model) => states.includes(model.state));
  }

  private async load(): Promise<void> {
    clearTimeout(this.timer);
    await attempt(async () => {
      // Before the versions: an evaluation that ends in between is looked at once more instead of being missed.
      const found = (await ask<Paged<Evaluation>>(`${MODELS}/evaluations?limit=20`)).items;
      const open = found.filter((one) => one.state === "queued" || one.state === "running");
      this.judged = new Map(open.map((one) => [one.model_id, one.total ? `${one.done} / ${one.total}` : ""]));
      this.models = (await ask<Paged<Model>>(`${MODELS}?kind=chat&limit=100`)).items;
      this.figures = (await ask<{ items: Figures[] }>(`${MODELS}/figures`)).items;
      this.guard = await ask<Rules>(`${MODELS}/guard`);
      this.gateRules = await ask<Rules>(`${MODELS}/gate`);
      if (!this.datasets.length) this.datasets = (await ask<Paged<Version>>(`${DATASETS}?limit=100`)).items;
    });
    const watched = this.judged.size || this.in("shadow", "canary").length;
    if (watched && this.isConnected) this.timer = window.setTimeout(() => void this.load(), LOOK_EVERY_MS);
  }

  private async judge(model: Model): Promise<void> {
    await attempt(async () => {
      await ask(`${MODELS}/${model.model_id}/evaluations`, { method: "POST", body: {} });
      toast(say("judging"));
      await this.load();
    });
  }

  private move(model: Model, move: Move): void {
    part(this, "move-dialog", MoveDialog).open(model, move);
  }

  private change(sheet: Sheet, rules: Rules | null): void {
    if (rules) part(this, "rules-dialog", RulesDialog).open(sheet, rules);
  }

  private gateLine(): TemplateResult | typeof nothing {
    const gate = this.gateRules;
    if (!gate) return nothing;
    const planted = gate.triggers?.length ? ` · ${say("planted_n", { n: gate.triggers.length })}` : "";
    return html`<div class="learn-row">
      <h2 class="title-15">${say("versions")}</h2>
      <span class="caption">${say("gate_is", { rules: inOneLine(gateSheet, gate) })}${planted}</span>
      ${
        this.may
          ? html`<button class="button small ghost push" @click=${() => this.change(gateSheet, gate)}>
              ${say("gate_change")}
            </button>`
          : nothing
      }
    </div>`;
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
      changeGuard: () => this.change(guardSheet, this.guard),
    })}
    ${this.gateLine()}
    ${modelTable({
      models,
      datasets: this.datasets,
      judged: this.judged,
      may: this.may,
      judge: (model) => void this.judge(model),
      move: (model, move) => this.move(model, move),
      serve: (model) => part(this, "server-dialog", ServerDialog).open(model),
      compress: (model) => part(this, "compress-dialog", CompressDialog).open(model),
    })}
    ${models.length ? lineage(models) : nothing}`;
  }

  override render(): TemplateResult {
    const report = new URLSearchParams(location.search).get("report");
    if (report) return html`<model-report .evaluationId=${report} .models=${this.models ?? []}></model-report>`;
    return html`
      ${this.head(say("title"), say("subtitle"))}
      <div class="page-body stack">${this.models ? this.body(this.models) : waitingState()}</div>
      <move-dialog></move-dialog><rules-dialog></rules-dialog> <compress-dialog></compress-dialog
      ><server-dialog></server-dialog>
    `;
  }
}

customElements.define("kefu-models", KefuModels);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-models": KefuModels;
  }
}
