/** Which passages of a question rise, fall, come or go with another word list. */
import type { HitTest, Passage } from "../../evaluation/types";

const SHOWN = 5;

export interface Effect {
  now: HitTest;
  then: HitTest;
}

export interface Moved {
  passage: Passage;
  /** Places in the final list; 0 where it is not in it. */
  was: number;
  is: number;
}

/** The first passages with the list, then those that were among the first and are no more. */
export function movedPassages({ now, then }: Effect, most = SHOWN): Moved[] {
  const ranks = (test: HitTest) => new Map(test.stages.reranked?.items.map((one) => [one.chunk_id, one.rank]));
  const [was, is] = [ranks(now), ranks(then)];
  const passages = new Map([...now.passages, ...then.passages].map((one) => [one.chunk_id, one]));
  return [...passages.values()]
    .map((passage) => ({ passage, was: was.get(passage.chunk_id) ?? 0, is: is.get(passage.chunk_id) ?? 0 }))
    .filter((one) => (one.is > 0 && one.is <= most) || (one.was > 0 && one.was <= most))
    .sort((one, other) => (one.is || Infinity) - (other.is || Infinity) || one.was - other.was);
}
