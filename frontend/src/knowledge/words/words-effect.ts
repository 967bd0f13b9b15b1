/** What an unsaved list does to one question: the answer and the first passages, now and with the list. */
import { html, nothing, type TemplateResult } from "lit";
import { ArrowRight } from "lucide";
import hitTest from "../../../texts/hit_test.json";
import words from "../../../texts/words.json";
import { nameOf, type HitTest } from "../../evaluation/types";
import { sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { movedPassages, type Effect, type Moved } from "./moved";

const say = sentences(words);
const sayHit = sentences(hitTest);

function outcome(test: HitTest): TemplateResult {
  const name = test.answer?.outcome ?? (test.answerable ? "answered" : "refused");
  return html`
    <span class="badge ${test.answerable ? "ok" : "warn"}">${sayHit(`outcome_${name}` as keyof typeof hitTest)}</span>
    <span class="figures">${test.confidence.toFixed(2)}</span>
  `;
}

function movement({ was, is }: Moved): TemplateResult {
  if (was === is) return html`<span class="caption">${say("effect_same")}</span>`;
  if (is === 0) return html`<span class="badge warn">${say("effect_gone", { was })}</span>`;
  if (was === 0) return html`<span class="badge ok">${say("effect_new")}</span>`;
  return html`<span class="badge ${is < was ? "ok" : "warn"}">${say("effect_was", { was })}</span>`;
}

/** How much saving would index anew; a large base is not gone through to its end. */
function cost(words: NonNullable<HitTest["words"]>): string {
  const { indexed_anew, looked_at, passages } = words;
  if (!passages) return say("effect_no_index");
  return looked_at < passages
    ? say("effect_index_some", { n: indexed_anew, looked_at, passages })
    : say("effect_index", { n: indexed_anew });
}

export function wordsEffect(effect: Effect): TemplateResult {
  const { now, then } = effect;
  const moved = movedPassages(effect);
  return html`
    <section class="stack words-effect" aria-label=${say("effect")}>
      <div class="row">${outcome(now)} ${icon(ArrowRight, 14)} ${outcome(then)}</div>
      <p class="caption">${say("effect_threshold", { threshold: then.threshold.toFixed(2) })}</p>
      ${
        moved.length
          ? html`<ol class="words-moved">
              ${moved.map(
                (one) =>
                  html`<li>
                    <b class="figures">${one.is || "—"}</b>
                    <span class="words-moved-name" title=${one.passage.text}>${nameOf(one.passage)}</span>
                    ${movement(one)}
                  </li>`,
              )}
            </ol>`
          : html`<p class="muted">${sayHit("nothing")}</p>`
      }
      ${then.words ? html`<p class="caption">${cost(then.words)}</p>` : nothing}
    </section>
  `;
}
