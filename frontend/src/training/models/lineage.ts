/** Which version was live when each was made: a tree from the server's own model on. */
import { html, nothing, type TemplateResult } from "lit";
import { isStopped, say, stateOf, type Model } from "./types";

function box(name: string, state: string, look: string): TemplateResult {
  return html`<span class="lineage-box ${look}"><b>${name}</b> <span class="caption">${state}</span></span>`;
}

function branch(models: Model[], parent: string | null): TemplateResult | typeof nothing {
  const children = models.filter((model) =>
    parent === null ? !models.some((one) => one.model_id === model.parent_id) : model.parent_id === parent,
  );
  if (!children.length) return nothing;
  return html`<ul class="lineage">
    ${children.map(
      (model) =>
        html`<li>
          ${box(model.name, stateOf(model), isStopped(model) ? "stopped" : model.state)}
          ${branch(models, model.model_id)}
        </li>`,
    )}
  </ul>`;
}

export function lineage(models: Model[]): TemplateResult {
  return html`<section>
    <h2 class="title-15">${say("lineage")} <span class="caption">${say("lineage_help")}</span></h2>
    <div class="table-scroll" tabindex="0" role="region" aria-label=${say("lineage")}>
      <ul class="lineage">
        <li>${box(say("own_model"), "", "")} ${branch(models, null)}</li>
      </ul>
    </div>
  </section>`;
}
