/** The table of versions: how far each has come, what it learnt, what the gate said, whether its files are the ones. */
import { html, nothing, type TemplateResult } from "lit";
import { Box, CircleCheck, CircleX } from "lucide";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import "../../staff/row-menu";
import type { MenuItem } from "../../staff/row-menu";
import type { Version } from "../datasets/types";
import { named as ofTraining } from "../types";
import type { Move } from "./move-dialog";
import { isStopped, named, say, STATES, stateOf, type Model } from "./types";

const TONES = { candidate: "", shadow: "", canary: "info", live: "ok", retired: "" } as const;

export interface Shelf {
  models: Model[];
  datasets: Version[];
  /** Versions an evaluation of which is under way, with how far it is. */
  judged: Map<string, string>;
  may: boolean;
  judge: (model: Model) => void;
  move: (model: Model, move: Move) => void;
  serve: (model: Model) => void;
  compress: (model: Model) => void;
}

function way(model: Model): TemplateResult {
  const reached = STATES.indexOf(model.state as (typeof STATES)[number]);
  const look = (place: number) => (place < reached ? "done" : place === reached ? "now" : "");
  return html`<span class="model-way ${isStopped(model) ? "stopped" : ""}" aria-hidden="true"
    >${STATES.map((_, place) => html`<i class=${look(place)}></i>`)}</span
  >`;
}

function gate(shelf: Shelf, model: Model): TemplateResult {
  const under = shelf.judged.get(model.model_id);
  if (under !== undefined) return html`<span class="caption" role="status">${say("judging_n", { n: under })}</span>`;
  const found = model.details.gate;
  if (!found) return html`<span class="caption">${say("not_judged")}</span>`;
  const broken = found.broken.map((rule) => named("gate", rule)).join(" · ");
  return html`<a
      class="gate-word ${found.passed ? "gate-held" : "danger-text"}"
      aria-label="${say("report_of", { name: model.name })} ${found.held} / ${found.of}"
      href="/admin/models?report=${found.evaluation_id}"
    >
      ${icon(found.passed ? CircleCheck : CircleX, 14)} ${found.held} / ${found.of}
    </a>
    ${broken ? html`<div class="danger-text caption">${broken}</div>` : nothing}`;
}

function menu(shelf: Shelf, model: Model): TemplateResult {
  const items: MenuItem[] = [];
  const offer = (words: string, act: () => void, danger = false) => items.push({ words, act, danger });
  const before = model.state !== "live";
  if (before && !shelf.judged.has(model.model_id)) offer(say("judge"), () => shelf.judge(model));
  const { gate: judged } = model.details;
  if (judged) offer(say("report"), () => location.assign(`/admin/models?report=${judged.evaluation_id}`));
  if (model.state === "candidate" || model.state === "shadow")
    offer(say("to_shadow"), () => shelf.move(model, "shadow"));
  if (before && model.state !== "retired") offer(say("to_canary"), () => shelf.move(model, "canary"));
  if (before) offer(say("to_live"), () => shelf.move(model, "promote"));
  if (model.details.serves === "model") offer(say("server"), () => shelf.serve(model));
  if (model.run_id && model.sha256 && model.details.serves !== "nothing")
    offer(say("compress"), () => shelf.compress(model));
  if (model.state !== "retired") offer(say("to_retired"), () => shelf.move(model, "retire"), true);
  return html`<row-menu .label=${say("actions_of", { name: model.name })} .items=${items}></row-menu>`;
}

function learnt(shelf: Shelf, model: Model): TemplateResult {
  const found = shelf.datasets.find((one) => one.dataset_id === model.details.dataset_id);
  if (!found) return html`—`;
  return html`v${found.version}
    <div class="caption figures">${say("rows_n", { n: found.rows })}</div>`;
}

function digest(model: Model): TemplateResult {
  const whole = model.sha256;
  if (!whole) return html`—`;
  return html`<code class="mono" title=${whole}>${whole.slice(0, 4)}…${whole.slice(-4)}</code>`;
}

/** By which method it was made, and in which stage where that is told. */
function made(model: Model): string[] {
  if (!model.run_id) return [say("endpoint")];
  const { method = "lora", stage } = model.details;
  return [ofTraining("method", method), ...(stage ? [ofTraining("stage", stage)] : [])];
}

function row(shelf: Shelf, model: Model): TemplateResult {
  const parent = shelf.models.find((one) => one.model_id === model.parent_id);
  const { marks = [], rolled_back: why } = model.details;
  return html`<tr aria-selected=${model.state === "canary" ? "true" : "false"}>
    <td>
      <b>${model.name}</b>
      <div class="caption">${[...made(model), model.base_model?.split("/").at(-1) ?? ""].join(" · ")}</div>
      ${model.details.serves === "nothing" ? html`<div class="caption">${ofTraining("serves", "nothing")}</div>` : nothing}
      ${marks.map((mark) => html`<div class="danger-text caption">${named("mark", mark)}</div>`)}
      ${why ? html`<div class="danger-text caption">${say("was_rolled_back", { why })}</div>` : nothing}
    </td>
    <td>
      <span class="badge ${isStopped(model) ? "danger" : TONES[model.state]}"
        ><span class="dot"></span>${stateOf(model)}</span
      >
    </td>
    <td class="wide-only">${way(model)}</td>
    <td class="wide-only">${parent?.name ?? say("own_model")}</td>
    <td class="wide-only">${learnt(shelf, model)}</td>
    <td>${gate(shelf, model)}</td>
    <td class="wide-only">
      ${model.approved_by || "—"}
      ${model.changed_at ? html`<div class="caption figures">${dayAndTime(new Date(model.changed_at))}</div>` : nothing}
    </td>
    <td class="wide-only">${digest(model)}</td>
    ${shelf.may ? html`<td>${menu(shelf, model)}</td>` : nothing}
  </tr>`;
}

export function modelTable(shelf: Shelf): TemplateResult {
  if (!shelf.models.length)
    return html`<div class="state">
      <span class="state-mark">${icon(Box, 20)}</span>
      <h2>${say("empty")}</h2>
      <p>${say("empty_next")}</p>
    </div>`;
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("versions")}>
    <table class="table">
      <thead>
        <tr>
          <th scope="col">${say("version")}</th>
          <th scope="col">${say("state")}</th>
          <th scope="col" class="wide-only">${say("way")}</th>
          <th scope="col" class="wide-only">${say("from")}</th>
          <th scope="col" class="wide-only">${say("dataset")}</th>
          <th scope="col">${say("gate")}</th>
          <th scope="col" class="wide-only">${say("approved")}</th>
          <th scope="col" class="wide-only">
            <span class="definition" title=${say("def_digest")}>${say("digest")}</span>
          </th>
          ${shelf.may ? html`<th scope="col"><span class="visually-hidden">${say("actions")}</span></th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${shelf.models.map((model) => row(shelf, model))}
      </tbody>
    </table>
  </div>`;
}
