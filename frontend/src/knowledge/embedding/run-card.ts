/** The run on its way: its stages, progress with rate and time left, and what can be done with it. */
import { html, nothing, type TemplateResult } from "lit";
import { Check, Pause, Play, TriangleAlert } from "lucide";
import { icon } from "../../shared/icons";
import { count, duration, nameOf, say, STAGES, type Embedder, type Run } from "./types";

export interface RunActions {
  pause: () => void;
  resume: () => void;
  cancel: () => void;
}

const TONES = {
  running: "accent",
  paused: "warn",
  failed: "danger",
  ready: "ok",
  switched: "",
  cancelled: "",
} as const;

function stages(run: Run, weightFree: boolean): TemplateResult {
  const shown = STAGES.filter((stage) => stage !== "fit" || weightFree);
  const at = run.state === "ready" ? shown.length : shown.indexOf(run.stage);
  return html`
    <ol class="embed-stages" aria-label=${say("stages")}>
      ${shown.map(
        (stage, place) =>
          html`<li
            class=${place < at ? "done" : place === at ? "now" : ""}
            aria-current=${place === at ? "step" : "false"}
          >
            <span class="embed-step" aria-hidden="true">${place < at ? icon(Check, 14) : place + 1}</span>
            ${say(`stage_${stage}`)}
          </li>`,
      )}
    </ol>
  `;
}

function facts(run: Run): string {
  const { done, total, hands, per_s, seconds_left, index_share } = run.progress;
  const said = [say("filled", { done: count(done), total: count(total) })];
  if (run.state === "running" && run.stage === "fill") {
    if (per_s !== null) said.push(say("rate", { n: per_s < 10 ? per_s.toFixed(1) : count(Math.round(per_s)) }));
    if (seconds_left !== null) said.push(say("left", { time: duration(seconds_left) }));
  }
  if (run.state === "running") said.push(hands ? say("hands", { n: hands }) : say("no_hands"));
  if (index_share !== null) said.push(say("indexing", { n: Math.round(index_share * 100) }));
  return said.join(" · ");
}

export function runCard(run: Run, embedder: Embedder | undefined, actions: RunActions): TemplateResult {
  const { done, total } = run.progress;
  const share = total ? done / total : 0;
  const model = nameOf(embedder);
  const still = run.state === "paused" || run.state === "failed";
  return html`
    <section class="card stack embed-card" aria-label=${say(run.origin === "past" ? "run_back" : "run_to", { model })}>
      <div class="embed-row">
        <h2 class="title-15">${say(run.origin === "past" ? "run_back" : "run_to", { model })}</h2>
        <span class="badge ${TONES[run.state]}"><span class="dot"></span>${say(`run_${run.state}`)}</span>
        <span class="embed-actions push">
          ${
            run.state === "running"
              ? html`<button class="button small" @click=${actions.pause}>${icon(Pause, 14)} ${say("pause")}</button>`
              : nothing
          }
          ${
            still
              ? html`<button class="button small primary" @click=${actions.resume}>
                  ${icon(Play, 14)} ${say("resume")}
                </button>`
              : nothing
          }
          <button class="button small danger-ghost" @click=${actions.cancel}>${say("cancel")}</button>
        </span>
      </div>
      ${
        run.error
          ? html`<div class="banner danger" role="alert">
              ${icon(TriangleAlert)}<span>${run.error.message} <code class="mono">${run.error.code}</code></span>
            </div>`
          : nothing
      }
      ${stages(run, embedder?.kind === "hashed" && run.origin === "new")}
      <div>
        <div
          class="progress ${run.state === "failed" ? "failed" : ""}"
          role="progressbar"
          aria-label=${say("stage_fill")}
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${Math.round(share * 100)}
          aria-valuetext=${facts(run)}
        >
          <span style="width: ${share * 100}%"></span>
        </div>
        <p class="caption figures embed-facts">${facts(run)}</p>
      </div>
      ${embedder && !embedder.indexed ? html`<p class="help">${say("no_index")}</p>` : nothing}
    </section>
  `;
}
