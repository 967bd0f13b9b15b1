import { describe, expect, it } from "vitest";
import { listed, widening, type Settings } from "./types";

const open: Settings = {
  name: "a",
  locale: "zh-CN",
  audience: "public",
  tiers: [],
  channels: [],
  priority: 0,
  most_documents: null,
  most_bytes: null,
};

describe("listed", () => {
  it("takes commas of either width, each word once", () => {
    expect(listed(" gold，platinum, gold、银卡 ,, ")).toEqual(["gold", "platinum", "银卡"]);
    expect(listed("  ")).toEqual([]);
  });
});

describe("widening", () => {
  it("says whether more or fewer people will read", () => {
    expect(widening(open, { ...open, priority: 5 })).toBe(0);
    expect(widening(open, { ...open, audience: "staff" })).toBe(-1);
    expect(widening({ ...open, audience: "staff" }, open)).toBe(1);
    expect(widening(open, { ...open, channels: ["web"] })).toBe(-1);
    expect(widening({ ...open, channels: ["web"] }, open)).toBe(1);
    expect(widening({ ...open, channels: ["web"] }, { ...open, channels: ["wechat"] })).toBe(-1);
  });
  it("heeds tiers only where they decide", () => {
    const gold: Settings = { ...open, audience: "tiers", tiers: ["gold"] };
    expect(widening(gold, { ...gold, tiers: ["gold", "silver"] })).toBe(1);
    expect(widening(gold, { ...gold, tiers: ["silver"] })).toBe(-1);
    expect(widening(gold, { ...open, audience: "signed_in" })).toBe(1);
  });
});
