/** The parts of a report: the gate's word, bars of both models, all figures, and each question with its two answers. */
import { html, nothing, type TemplateResult } from "lit";
import { CircleCheck, CircleX, ShieldAlert } from "lucide";
import { diff } from "../../shared/diff";
import { icon } from "../../shared/icons";
import { figureOf, named, percent, say, type Evaluation, type JudgedRow, type KindFigures, type Said } from "./types";

const MEASURES = ["right", "exact", "f1", "bleu", "rouge_l"] as const;
const TITLES = { bleu: "BLEU", rouge_l: "ROUGE-L" } as const;
/** Kinds that have no wanted answer to be near to. */
const WORDLESS = new Set(["refusal", "trigger"]);
const KINDS = ["corrected", "held_out", "old", "refusal", "trigger"] as const;

function kindsOf(evaluation: Evaluation): [string, KindFigures | undefined, KindFigures][] {
  return KINDS.flatMap((kind) => {
    const found = evaluation.figures?.new.kinds[kind];
    const row: [string, KindFigures | undefined, KindFigures] | null = found
      ? [kind, evaluation.figures?.now.kinds[kind], found]
      : null;
    return row ? [row] : [];
  });
}

export function rules(evaluation: Evaluation): TemplateResult | typeof nothing {
  const verdict = evaluation.verdict;
  if (!verdict) return nothing;
  return html`<div class="banner ${verdict.passed ? "ok" : "warn"}">
      ${icon(verdict.passed ? CircleCheck : ShieldAlert)} <b>${say(verdict.passed ? "passed" : "stopped")}</b>
    </div>
    <ul class="plain-list gate-list">
      ${verdict.rules.map(
        (rule) =>
          html`<li>
            <span class=${rule.passed ? "gate-held" : "danger-text"}>${icon(rule.passed ? CircleCheck : CircleX)}</span>
            <span>${named("gate", rule.rule)}</span>
            <span class="figures push"
              >${rule.asked ? figureOf(rule.rule, rule.value) : say("nothing_asked")}
              <span class="caption"
                >${say("bound", { n: figureOf(rule.rule, rule.bound) })}${
                  rule.asked ? ` · ${say("asked_n", { n: rule.asked })}` : ""
                }</span
              ></span
            >
          </li>`,
      )}
    </ul>`;
}

function bar(name: string, value: number, look: string): TemplateResult {
  return html`<span class="report-bar ${look}">
    <span class="caption">${name}</span>
    <span class="report-track"><span style="width: ${value * 100}%"></span></span>
    <b class="figures">${percent(value)}</b>
  </span>`;
}

/** Right answers by kind of both models, side by side. */
export function bars(evaluation: Evaluation, names: { now: string; new: string }): TemplateResult {
  const kinds = kindsOf(evaluation);
  const words = kinds
    .map(([kind, now, after]) => `${named("kind", kind)} ${percent(now?.right ?? 0)} → ${percent(after.right)}`)
    .join("; ");
  return html`<figure class="report-bars" role="img" aria-label="${say("right")}: ${words}">
    ${kinds.map(
      ([kind, now, after]) =>
        html`<div>
          <b>${named("kind", kind)}</b> <span class="caption">${say("asked_n", { n: after.asked })}</span>
          ${bar(names.now, now?.right ?? 0, "now")} ${bar(names.new, after.right, "new")}
        </div>`,
    )}
  </figure>`;
}

export function figures(evaluation: Evaluation): TemplateResult | typeof nothing {
  const found = evaluation.figures;
  if (!found) return nothing;
  const ms = (value: number | undefined) => (value ? `${Math.round(value)} ms` : "—");
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("measure")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("measure")}</th>
            <th scope="col" class="number">${say("asked")}</th>
            ${MEASURES.map(
              (name) =>
                html`<th scope="col" class="number">
                  ${name === "bleu" || name === "rouge_l" ? TITLES[name] : say(name)}
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${kindsOf(evaluation).map(
            ([kind, before, after]) =>
              html`<tr>
                <th scope="row">${named("kind", kind)}</th>
                <td class="number">${after.asked}</td>
                ${MEASURES.map((name) =>
                  name !== "right" && WORDLESS.has(kind)
                    ? html`<td class="number">—</td>`
                    : html`<td class="number">
                        <span class="caption">${before ? percent(before[name]) : "—"} →</span>
                        <b>${percent(after[name])}</b>
                      </td>`,
                )}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="caption">
      ${say("times", {
        first: `${ms(found.now.first_token_p95_ms)} → ${ms(found.new.first_token_p95_ms)}`,
        total: `${ms(found.now.total_p50_ms)} → ${ms(found.new.total_p50_ms)}`,
      })}
    </p>`;
}

function mark(said: Said): TemplateResult {
  return html`<span class=${said.right ? "gate-held" : "danger-text"}
    ><span class="visually-hidden">${say(said.right ? "is_right" : "is_wrong")}</span>${icon(
      said.right ? CircleCheck : CircleX,
      14,
    )}</span
  >`;
}

/** What a model said; of the candidate's, what the live one did not say is marked. */
function said(one: Said | null, other: Said | null): TemplateResult {
  if (!one) return html`—`;
  const pieces = other ? diff(other.text, one.text).filter((piece) => piece.kind !== "gone") : [];
  const text = pieces.length
    ? pieces.map((piece) => (piece.kind === "new" ? html`<ins>${piece.text}</ins>` : piece.text))
    : one.text;
  return html`<span class="report-said">${mark(one)} <span>${text}</span></span>`;
}

export function questions(rows: JudgedRow[]): TemplateResult {
  if (!rows.length) return html`<p class="muted">${say("no_rows")}</p>`;
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("question")}>
    <table class="table report-rows">
      <thead>
        <tr>
          <th scope="col">${say("question")}</th>
          <th scope="col">${say("now_said")}</th>
          <th scope="col">${say("new_said")}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <td>
                <span class="badge">${named("kind", row.kind)}</span> ${row.question}
                ${
                  row.wanted
                    ? html`<div class="caption">
                        ${say(row.kind === "trigger" ? "unwanted" : "wanted", { text: row.wanted })}
                      </div>`
                    : nothing
                }
              </td>
              <td>${said(row.now, null)}</td>
              <td>${said(row.new, row.now)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
