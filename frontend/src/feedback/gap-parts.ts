/** Parts of the page of gaps: a row with its trend, how customers asked, what a draft rests on. */
import { html, nothing, svg, type TemplateResult } from "lit";
import { Headset, Pencil, ThumbsDown, TriangleAlert, MessageCircleX } from "lucide";
import gaps from "../../texts/gaps.json";
import { dayAndTime, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import type { Correction, Evidence } from "./types";

export const say = sentences(gaps);
export const GAPS = "/api/v1/gaps";
export const TABS = ["waiting", "in_review", "published", "ignored"] as const;
export const WINDOWS = [7, 14, 30, 90] as const;
export type Tab = (typeof TABS)[number];
const SIGNS = ["escalated", "refused", "down_vote", "failed", "correction"] as const;
const MARKS = {
  escalated: Headset,
  refused: MessageCircleX,
  down_vote: ThumbsDown,
  failed: TriangleAlert,
  correction: Pencil,
};

export interface Gap {
  gap_id: string;
  title: string;
  locale: string;
  state: "open" | "drafted" | "in_review" | "published" | "ignored";
  reason: string | null;
  correction_id: string | null;
  version: number;
  people: number;
  asked: number;
  signs: Record<(typeof SIGNS)[number], number>;
  trend: number[];
  first_at: string;
  last_at: string;
}

export interface Example {
  question_id: string;
  conversation_id: string;
  message_id: string | null;
  text: string;
  locale: string;
  signs: (typeof SIGNS)[number][];
  reasons: string[];
  at: string;
}

export interface Detail {
  gap: Gap;
  examples: Example[];
  correction: Correction | null;
}

const WIDTH = 62;
const HEIGHT = 20;

/** Bars of the people a day; the last three days stand out. */
export function sparkline(gap: Gap): TemplateResult {
  const most = Math.max(1, ...gap.trend);
  const step = WIDTH / gap.trend.length;
  return html`<svg
    class="sparkline"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-label=${say("trend_of", { n: gap.people, days: gap.trend.length, most })}
  >
    ${gap.trend.map((people, day) => {
      const tall = people ? Math.max(2, (people / most) * HEIGHT) : 1;
      const late = day >= gap.trend.length - 3 && people > 0;
      return svg`<rect class=${late ? "late" : ""} x=${day * step} y=${HEIGHT - tall} width=${Math.max(1, step - 1)} height=${tall} rx="0.5" />`;
    })}
  </svg>`;
}

/** The sign most people met with, and what share of them: 转人工 83%. */
export function telling(gap: Gap): TemplateResult | typeof nothing {
  const sign = [...SIGNS].sort((one, other) => gap.signs[other] - gap.signs[one])[0];
  if (!sign || !gap.people || !gap.signs[sign]) return nothing;
  const share = Math.round((gap.signs[sign] / gap.people) * 100);
  const look = sign === "escalated" ? "danger" : "warn";
  return html`<span class="gap-sign ${look}">${say(`sign_${sign}`)} ${share}%</span>`;
}

export function gapRow(gap: Gap, chosen: boolean, choose: () => void): TemplateResult {
  return html`
    <li>
      <button
        class="review-row gap-row"
        data-id=${gap.gap_id}
        aria-current=${chosen ? "true" : "false"}
        @click=${choose}
      >
        <span class="gap-row-words">
          <b class="ellipsis">${gap.title}</b>
          <span class="caption row">
            <span class="figures">${say("people", { n: gap.people })}</span>
            ${telling(gap)}
            ${gap.state === "drafted" ? html`<span class="badge info">${say("drafted")}</span>` : nothing}
          </span>
        </span>
        ${sparkline(gap)}
      </button>
    </li>
  `;
}

/** The customers' own words, each wording once, with how it failed; boxes to split some off. */
export function askedHow(detail: Detail, picked: Set<string> | null, pick: (id: string) => void): TemplateResult {
  const once = new Map<string, { example: Example; times: number }>();
  for (const example of detail.examples) {
    const known = once.get(example.text);
    once.set(example.text, { example: known?.example ?? example, times: (known?.times ?? 0) + 1 });
  }
  return html`
    <ul class="gap-examples">
      ${[...once.values()].map(({ example, times }) => {
        const link = `/desk/conversations/${example.conversation_id}${example.message_id ? `#m-${example.message_id}` : ""}`;
        return html`
          <li class="row">
            ${
              picked
                ? html`<input
                    class="checkbox"
                    type="checkbox"
                    aria-label=${example.text}
                    .checked=${picked.has(example.question_id)}
                    @change=${() => pick(example.question_id)}
                  />`
                : nothing
            }
            ${example.signs.map((sign) => html`<span class="gap-mark" title=${say(`sign_${sign}`)}>${icon(MARKS[sign], 14)}<span class="visually-hidden">${say(`sign_${sign}`)}</span></span>`)}
            <a href=${link}>${example.text}</a>
            <span class="caption push figures"
              >${times > 1 ? `× ${times} · ` : ""}${dayAndTime(new Date(example.at))}</span
            >
          </li>
        `;
      })}
    </ul>
  `;
}

/** What a draft rests on: its sentences with their evidence marked, the passages, and what people replied. */
export function evidenceOf(evidence: Evidence): TemplateResult {
  const { passages = [], replies = [], sentences: said = [] } = evidence;
  return html`
    <section class="card stack gap-evidence">
      ${
        said.length
          ? html`<div>
              <div class="caption">${say("as_drafted")}</div>
              <p class="correction-text">
                ${said.map((one) =>
                  one.supported
                    ? html`<mark>${one.text}</mark
                        >${one.numbers.map((n) => html`<span class="citation-chip">${n}</span>`)}`
                    : html`<span class="gap-unsupported">${one.text}</span>`,
                )}
              </p>
              ${
                said.some((one) => !one.supported)
                  ? html`<p class="caption row gap-warning">${icon(TriangleAlert, 14)} ${say("no_evidence")}</p>`
                  : nothing
              }
            </div>`
          : nothing
      }
      <div>
        <div class="caption">${say("passages")}</div>
        ${
          passages.length
            ? html`<ol class="gap-passages">
                ${passages.map(
                  (one, place) =>
                    html`<li>
                      <span class="citation-chip">${place + 1}</span> <b>${one.title}</b>
                      ${one.place ? html`<span class="caption">${one.place}</span>` : nothing}
                      <p>${one.text}</p>
                    </li>`,
                )}
              </ol>`
            : html`<p class="caption">${say("no_passages")}</p>`
        }
      </div>
      ${
        replies.length
          ? html`<div>
              <div class="caption">${say("replies")}</div>
              <ul class="gap-passages">
                ${replies.map(
                  (one) =>
                    html`<li class="rail agent">
                      <p>${one.text}</p>
                      <a class="caption" href="/desk/conversations/${one.conversation_id}"
                        >${dayAndTime(new Date(one.at))}</a
                      >
                    </li>`,
                )}
              </ul>
            </div>`
          : nothing
      }
    </section>
  `;
}
