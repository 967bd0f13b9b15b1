/** What can be compared of a stored answer and a replayed one, row by row, in words. */
import desk from "../../texts/desk.json";
import replay from "../../texts/replay.json";
import trace from "../../texts/trace.json";
import { sentences, type Texts } from "../shared/i18n";

const say = sentences(replay);

export interface Facts {
  outcome: string;
  composer: string;
  route: string;
  reasons: string[];
  text: string;
  cited: string[];
  confidence: number | null;
  threshold: number | null;
  embedder: string;
  model: string;
  prompt_version: string;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  cost: number | null;
  currency: string;
  first_token_ms: number | null;
  total_ms: number | null;
  grounded: [number, number] | null;
  candidates: { key: string; title: string; score: number; fate: string; number: number | null }[];
}

export interface FactRow {
  name: string;
  stored: string;
  replayed: string;
  differs: boolean;
}

/** A text of a catalogue when it has one, else the word itself: traces of other versions know other words. */
function known(texts: Texts, key: string, word: string): string {
  return key in texts ? sentences(texts)(key) : word;
}

const figure = (value: number | null, digits: number): string => (value === null ? "—" : value.toFixed(digits));
const ms = (value: number | null): string => (value === null ? "—" : `${value.toFixed(value < 100 ? 1 : 0)} ms`);

function words(facts: Facts): [keyof typeof replay, string][] {
  const counted = facts.prompt_tokens !== null && facts.completion_tokens !== null;
  const candidates = facts.candidates
    .slice(0, 5)
    .map((one, place) => say("candidate", { rank: place + 1, title: one.title }))
    .join("\n");
  return [
    ["outcome", known(desk, `outcome_${facts.outcome}`, facts.outcome)],
    ["composer", known(desk, `composer_${facts.composer}`, facts.composer)],
    ["route", known(trace, `route_${facts.route}`, facts.route || "—")],
    ["reasons", facts.reasons.join("\n") || "—"],
    ["cited", facts.cited.join("\n") || "—"],
    ["candidates", candidates || "—"],
    ["confidence", figure(facts.confidence, 3)],
    ["threshold", figure(facts.threshold, 3)],
    ["embedder", facts.embedder || "—"],
    ["fact_model", facts.model || "—"],
    ["prompt_version", facts.prompt_version || "—"],
    ["grounded", facts.grounded ? facts.grounded.join(" / ") : "—"],
    ["tokens", counted ? `${facts.prompt_tokens} + ${facts.completion_tokens}` : "—"],
    ["cost", facts.cost === null ? "—" : `${facts.currency} ${facts.cost.toFixed(facts.cost === 0 ? 0 : 5)}`],
    ["first_token_ms", ms(facts.first_token_ms)],
    ["total_ms", ms(facts.total_ms)],
  ];
}

/** Times differ from one moment to the next, so they are shown and never marked. */
const NEVER_MARKED: readonly string[] = ["first_token_ms", "total_ms"];

export function factRows(stored: Facts, replayed: Facts): FactRow[] {
  const after = words(replayed);
  return words(stored).map(([name, before], place) => {
    const now = after[place]?.[1] ?? "—";
    return { name: say(name), stored: before, replayed: now, differs: before !== now && !NEVER_MARKED.includes(name) };
  });
}
