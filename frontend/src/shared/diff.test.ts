import { describe, expect, it } from "vitest";
import { diff } from "./diff";

const without = (kind: string, pieces: ReturnType<typeof diff>) =>
  pieces
    .filter((piece) => piece.kind !== kind)
    .map((piece) => piece.text)
    .join("");

describe("diff", () => {
  it("shows one changed word between what stayed", () => {
    expect(diff("签收后三十日内更换", "签收后三十五日内更换")).toEqual([
      { kind: "same", text: "签收后三十" },
      { kind: "new", text: "五" },
      { kind: "same", text: "日内更换" },
    ]);
  });

  it("keeps Latin words whole", () => {
    expect(diff("Orbit Band 2", "Orbit Ring 2").filter((piece) => piece.kind !== "same")).toEqual([
      { kind: "gone", text: "Band" },
      { kind: "new", text: "Ring" },
    ]);
  });

  it("gives both texts back, whatever they are", () => {
    const pairs: [string, string][] = [
      ["", ""],
      ["", "全新"],
      ["全删", ""],
      ["一二三四五", "五四三二一"],
      ["甲".repeat(3000), "乙".repeat(3000)],
    ];
    for (const [before, after] of pairs) {
      const pieces = diff(before, after);
      expect(without("new", pieces)).toBe(before);
      expect(without("gone", pieces)).toBe(after);
    }
  });
});
