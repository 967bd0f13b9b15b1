/** The gate beside a run, from its first minute on: what the adapter must show, and what it showed once it was judged. */
import { html, nothing, type TemplateResult } from "lit";
import { CircleCheck, CircleDashed, CircleX } from "lucide";
import { icon } from "../shared/icons";
import { boundOf, gateSheet, ruleName, type Field } from "./models/rules";
import { figureOf, say, type Evaluation, type Model, type Rules } from "./models/types";

export interface Beyond {
  rules: Rules | null;
  model: Model | null;
  evaluation: Evaluation | null;
}

function rule(field: Field, rules: Rules, evaluation: Evaluation | null): TemplateResult | typeof nothing {
  const bound = rules[field.name];
  if (typeof bound !== "number") return nothing;
  const found = evaluation?.verdict?.rules.find((one) => one.rule === field.name);
  const look = !found ? "muted" : found.passed ? "gate-held" : "danger-text";
  const told = !found
    ? say("judged_later")
    : found.asked
      ? say("measured", { value: figureOf(field.name, found.value), n: found.asked })
      : say("nothing_asked");
  return html`<li>
    <span class=${look}>${icon(!found ? CircleDashed : found.passed ? CircleCheck : CircleX)}</span>
    <span>${ruleName(field)}<span class="caption ${found?.passed === false ? "danger-text" : ""}">${told}</span></span>
    <b class="figures push">${boundOf(gateSheet, field, bound)}</b>
  </li>`;
}

export function runGate({ rules, evaluation }: Beyond): TemplateResult | typeof nothing {
  if (!rules) return nothing;
  const link = evaluation?.verdict
    ? html`<a href="/admin/models?report=${evaluation.evaluation_id}">${say("report")}</a>`
    : nothing;
  return html`<section aria-label=${say("gate")}>
    <h3 class="title-15">${say("gate")} <span class="caption">${say("gate_help")}</span></h3>
    <ul class="plain-list gate-list">
      ${gateSheet.fields.map((field) => rule(field, rules, evaluation))}
    </ul>
    ${link}
  </section>`;
}

/** How far each phase behind the training is, in [0, 1]. */
export function beyond({ model, evaluation }: Beyond): {
  judge: number;
  gate: number;
  shadow: number;
  failed: boolean;
} {
  const judge = evaluation ? (evaluation.state === "done" ? 1 : evaluation.done / Math.max(1, evaluation.total)) : 0;
  const gate = evaluation?.verdict ? 1 : 0;
  const shown = model?.state === "shadow" || model?.state === "canary" || model?.state === "live";
  return { judge, gate, shadow: shown ? 1 : 0, failed: evaluation?.verdict?.passed === false };
}
