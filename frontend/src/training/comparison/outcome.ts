/** What a blind comparison came to: the win rate with its interval, votes, agreement, reasons and words. */
import { html, nothing, type TemplateResult } from "lit";
import { percent } from "../models/types";
import { named, say, type Outcome, type Winner } from "./types";

const WINNERS: Winner[] = ["new", "now", "even"];

function verdict(found: Outcome): string {
  if (found.low > 0.5) return say("won");
  return found.high < 0.5 ? say("lost") : say("undecided");
}

function figure(label: string, value: string, help = ""): TemplateResult {
  return html`<div>
    <dt class="caption">${help ? html`<span class="definition" title=${help}>${label}</span>` : label}</dt>
    <dd class="figures"><b>${value}</b></dd>
  </div>`;
}

/** The interval as a bar from 0 to 100 %, with a line at the half. */
function bar(found: Outcome): TemplateResult {
  const width = (found.high - found.low) * 100;
  return html`<div class="win-bar" role="img" aria-label=${intervalOf(found)}>
    <span class="win-interval" style="left: ${found.low * 100}%; width: ${width}%"></span>
    <span class="win-rate" style="left: ${found.win_rate * 100}%"></span>
    <span class="win-half"></span>
  </div>`;
}

function intervalOf(found: Outcome): string {
  return say("interval", { low: percent(found.low), high: percent(found.high), n: found.questions });
}

export function outcome(found: Outcome): TemplateResult {
  return html`<div class="stack">
    <div class="learn-row">
      <span class="title-20 figures">${percent(found.win_rate)}</span>
      <span class="definition caption" title=${say("win_rate_help")}>${say("win_rate")}</span>
      <span class="badge push">${verdict(found)}</span>
    </div>
    ${bar(found)}
    <p class="caption">${intervalOf(found)}</p>
    <dl class="run-numbers">
      ${WINNERS.map((winner) => figure(named("votes", winner), String(found[winner])))}
      ${figure(say("agreed"), found.agreed === null ? "—" : percent(found.agreed), found.agreed === null ? say("few_shared") : "")}
      ${figure(say("alpha"), found.alpha?.toFixed(2) ?? "—", found.alpha === null ? say("few_shared") : say("alpha_help"))}
      ${figure(say("first_share"), found.first_share === null ? "—" : percent(found.first_share), say("first_share_help"))}
    </dl>
    ${WINNERS.map((winner) => {
      const why = Object.entries(found.reasons[winner] ?? {});
      return why.length
        ? html`<p class="caption">
            <b>${named("votes", winner)}</b>: ${why.map(([code, n]) => `${named("why", code)} ${n}`).join(" · ")}
          </p>`
        : nothing;
    })}
    ${
      found.said.some((one) => one.note)
        ? html`<ul class="plain-list stack">
            ${found.said
              .filter((one) => one.note)
              .map(
                (one) =>
                  html`<li>
                    <span class="badge">${named("votes", one.winner)}</span> ${one.note}
                    <span class="caption">${one.by}</span>
                  </li>`,
              )}
          </ul>`
        : nothing
    }
  </div>`;
}
