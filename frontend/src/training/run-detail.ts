/** One run: its phases, curves, numbers, log, and what the curves say in words. */
import { html, nothing, type TemplateResult } from "lit";
import { Download } from "lucide";
import { clock, locale } from "../shared/i18n";
import { icon } from "../shared/icons";
import { beyond, runGate, type Beyond } from "./run-gate";
import { PLOTS, type Shown } from "./run-plot";
import { duration, named, say, settingsOf, type Curves, type Line, type Run } from "./types";

export interface Detail {
  run: Run;
  last: Run | undefined;
  curves: Curves | null;
  lines: Line[];
  beyond: Beyond;
  shown: Shown;
  show: (shown: Shown) => void;
}

function toTheSecond(at: Date): string {
  return at.toLocaleTimeString(locale(), { hour12: false });
}

const PHASES = ["prepare", "train", "judge", "gate", "shadow"] as const;

function pace(run: Run): string {
  if (run.state !== "running" || !run.started_at || run.step <= run.resumed_from) return "";
  const seconds = (Date.now() - new Date(run.started_at).getTime()) / 1_000;
  const rate = (run.step - (run.facts.resumes?.length ? run.resumed_from : 0)) / Math.max(1, seconds);
  const left = (run.total_steps - run.step) / Math.max(1e-6, rate);
  return say("pace", { rate: rate.toFixed(2), left: duration(left), end: clock(new Date(Date.now() + left * 1_000)) });
}

function phases(run: Run, after: Beyond): TemplateResult {
  const share = run.state === "succeeded" ? 1 : run.total_steps ? run.step / run.total_steps : 0;
  const { judge, gate, shadow, failed } = beyond(after);
  const done = { prepare: run.total_steps ? 1 : 0, train: share, judge, gate, shadow };
  const words = (phase: (typeof PHASES)[number]) =>
    phase === "train" ? say("phase_train", { n: Math.round(share * 100) }) : named("phase", phase);
  return html`<ol class="run-phases">
    ${PHASES.map(
      (phase) =>
        html`<li class="phase-${phase} ${phase === "gate" && failed ? "failed" : ""}">
          <span
            class="progress"
            role="progressbar"
            aria-label=${words(phase)}
            aria-valuenow=${Math.round(done[phase] * 100)}
            ><span style="width: ${done[phase] * 100}%"></span
          ></span>
          <span class="caption">${words(phase)}</span>
        </li>`,
    )}
  </ol>`;
}

function number(label: string, value: string, help = ""): TemplateResult {
  return html`<div>
    <dt class="caption">${help ? html`<span class="definition" title=${help}>${label}</span>` : label}</dt>
    <dd class="figures"><b>${value}</b></dd>
  </div>`;
}

function numbers(run: Run, curves: Curves | null): TemplateResult {
  const last = curves?.items.at(-1);
  return html`<dl class="run-numbers">
    ${number(say("loss_train"), run.loss?.toFixed(3) ?? "—")}
    ${number(say("loss_validation"), run.validation_loss?.toFixed(3) ?? "—")}
    ${number(say("learning_rate"), last ? last.learning_rate.toExponential(1) : "—")}
    ${number(
      say("throughput"),
      run.tokens_per_second
        ? say("tokens_per_s", { n: Math.round(run.tokens_per_second).toLocaleString(locale()) })
        : "—",
      say("throughput_help"),
    )}
    ${
      last?.margin == null
        ? nothing
        : html`${number(say("margin"), last.margin.toFixed(2), say("margin_help"))}
          ${number(say("preferred"), `${((last.preferred ?? 0) * 100).toFixed(0)}%`, say("preferred_help"))}`
    }
    ${number(say("memory"), last?.memory_mb ? `${(last.memory_mb / 1_000).toFixed(1)} GB` : "—")}
  </dl>`;
}

function logFile(lines: Line[]): string {
  const text = lines.map((line) => `${line.at}  ${line.text}`).join("\n");
  return `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`;
}

function log(run: Run, lines: Line[]): TemplateResult {
  if (!lines.length)
    return html`<h3 class="title-13">${say("log")}</h3>
      <p class="muted">${say("log_empty")}</p>`;
  return html`<div class="learn-row">
      <h3 class="title-13">${say("log")}</h3>
      <a class="button small ghost push" href=${logFile(lines)} download="${run.run_id}.log">
        ${icon(Download, 14)} ${say("download")}
      </a>
    </div>
    <ol class="learn-log run-log mono" tabindex="0" aria-label=${say("log")}>
      ${lines.map(
        (line) =>
          html`<li class="log-${line.level}">
            <span class="caption">${toTheSecond(new Date(line.at))}</span> ${line.text}
          </li>`,
      )}
    </ol>`;
}

function differences(run: Run, last: Run | undefined): TemplateResult | typeof nothing {
  if (!last) return nothing;
  const { stage, method } = run.settings;
  const changed = settingsOf(stage, method).filter((name) => run.settings[name] !== last.settings[name]);
  return html`<h3 class="title-13">${say("against_last")}</h3>
    ${
      changed.length
        ? html`<dl class="run-evaluation">
            ${changed.map(
              (name) =>
                html`<dt>${named("set", name)}</dt>
                  <dd class="figures">${last.settings[name]} → <b>${run.settings[name]}</b></dd>`,
            )}
          </dl>`
        : html`<p class="caption">${say("same_as_last")}</p>`
    }`;
}

export function runDetail(detail: Detail): TemplateResult {
  const { run, curves } = detail;
  return html`<section class="stack" aria-label=${run.run_id.slice(-8)}>
    <div class="learn-row">
      <b class="title-15 figures">${say("step_of", { n: run.step, total: run.total_steps })}</b>
      <span class="caption">${pace(run)}</span>
      <span class="caption push">${say("checkpoints", { n: run.settings.save_every })}</span>
    </div>
    ${phases(run, detail.beyond)}
    ${run.waiting_for ? html`<p class="muted" role="status">${say("waits_for", { run: run.waiting_for.slice(-8) })}</p>` : nothing}
    ${
      run.error
        ? html`<p class="danger-text">
            ${run.error.message} <code class="mono">${run.error.code}</code>
            ${run.error.detail ? html`<span class="caption"> ${run.error.detail}</span>` : nothing}
          </p>`
        : nothing
    }
    <div class="run-columns">
      <div class="stack">
        <div class="learn-row">
          <h2 class="title-15">${say(detail.shown)}</h2>
          <span class="segment push" role="group" aria-label=${say("loss")}>
            ${PLOTS.filter((plot) => plot !== "margin" || run.settings.stage === "dpo").map(
              (plot) =>
                html`<button aria-pressed=${plot === detail.shown ? "true" : "false"} @click=${() => detail.show(plot)}>
                  ${say(plot)}
                </button>`,
            )}
          </span>
        </div>
        <run-plot .curves=${curves} .resumes=${run.facts.resumes ?? []} .shown=${detail.shown}></run-plot>
        <div class="learn-row">
          ${(run.facts.resumes ?? []).map((step) => html`<span class="badge warn">${say("resumed_at", { n: step })}</span>`)}
        </div>
        ${numbers(run, curves)} ${log(run, detail.lines)}
      </div>
      <aside class="stack run-side">
        ${runGate(detail.beyond)}
        ${
          curves
            ? html`<h3 class="title-13">${say("verdict")}</h3>
                <p class="banner info">${curves.verdict.text}</p>`
            : nothing
        }
        ${differences(run, detail.last)}
        <details>
          <summary>${say("settings")}</summary>
          <dl class="run-evaluation">
            <dt>${say("stage")}</dt>
            <dd>${named("stage", run.settings.stage)}</dd>
            <dt>${say("method")}</dt>
            <dd>${named("method", run.settings.method)}</dd>
            ${settingsOf(run.settings.stage, run.settings.method).map(
              (name) =>
                html`<dt>${named("set", name)}</dt>
                  <dd class="figures">${run.settings[name]}</dd>`,
            )}
          </dl>
        </details>
        <details>
          <summary>${say("facts")}</summary>
          <pre class="learn-log" tabindex="0">
${JSON.stringify({ base: run.base_model, device: run.device, ...run.facts, evaluation: run.evaluation }, null, 1)}</pre>
        </details>
      </aside>
    </div>
  </section>`;
}
