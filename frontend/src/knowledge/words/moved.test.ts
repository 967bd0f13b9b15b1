import { expect, test } from "vitest";
import type { HitTest } from "../../evaluation/types";
import { movedPassages } from "./moved";

/** A test whose final list has these passages in order. */
function listing(...ids: string[]): HitTest {
  return {
    passages: ids.map((chunk_id) => ({ chunk_id })),
    stages: {
      reranked: { count: ids.length, items: ids.map((chunk_id, at) => ({ chunk_id, rank: at + 1, score: 1 })) },
    },
  } as unknown as HitTest;
}

const told = (now: HitTest, then: HitTest, most: number) =>
  movedPassages({ now, then }, most).map(({ passage, was, is }) => `${passage.chunk_id} ${was}-${is}`);

test("the first passages then, each with where it was, and last those that fell out", () => {
  expect(told(listing("a", "b", "c"), listing("b", "d", "a"), 2)).toEqual(["b 2-1", "d 0-2", "a 1-3"]);
  expect(told(listing("a", "b"), listing("b"), 2)).toEqual(["b 2-1", "a 1-0"]);
});

test("nothing found is nothing moved", () => {
  expect(told(listing(), listing(), 5)).toEqual([]);
});
