import { expect, test } from "vitest";
import { frames, fresh, tableOf, type Box } from "./boxes";

const box = (x0: number, y0: number, x1: number, y1: number): Box => ({ page: 1, x0, y0, x1, y1 });

test("boxes of one column share a frame, another column has its own", () => {
  const found = frames([box(0.1, 0.1, 0.4, 0.2), box(0.1, 0.25, 0.35, 0.3), box(0.55, 0.1, 0.9, 0.2)]);
  expect(found).toHaveLength(2);
  expect(found[0]?.y1).toBeCloseTo(0.306);
  expect(found[1]?.x0).toBeCloseTo(0.538);
});

test("a frame stays on its page", () => {
  expect(frames([box(0, 0, 1, 1)])).toEqual([box(0, 0, 1, 1)]);
});

test("what a passage repeats of the one before is not shown twice", () => {
  const before = { start: 0, end: 10, text: "0123456789" };
  expect(fresh({ start: 8, end: 14, text: "89abcd" }, before)).toBe("abcd");
  expect(fresh({ start: 12, end: 14, text: "cd" }, before)).toBe("cd");
  expect(fresh({ start: 0, end: 4, text: "0123" }, undefined)).toBe("0123");
});

test("a table is told by its pipes, and an escaped pipe is no border", () => {
  expect(tableOf("| a | b |\n| --- | --- |\n| 1 \\| 2 | 3 |")).toEqual([
    ["a", "b"],
    ["1 | 2", "3"],
  ]);
  expect(tableOf("| a |\nno table\nat all")).toBeNull();
});
