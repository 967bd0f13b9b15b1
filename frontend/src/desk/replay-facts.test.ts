/** What differs between a stored answer and a replayed one is marked, and nothing else. */
import { expect, test } from "vitest";
import { setLocale } from "../shared/i18n";
import { factRows, type Facts } from "./replay-facts";

setLocale("zh-CN");

const STORED: Facts = {
  outcome: "answered",
  composer: "extractive",
  route: "knowledge",
  reasons: ["把握 0.9，阈值 0.5"],
  text: "七天",
  cited: ["购物须知"],
  confidence: 0.9,
  threshold: 0.5,
  embedder: "hashed",
  model: "",
  prompt_version: "",
  prompt_tokens: null,
  completion_tokens: null,
  cost: 0,
  currency: "CNY",
  first_token_ms: 12,
  total_ms: 15,
  grounded: null,
  candidates: [{ key: "a", title: "购物须知", score: 0.9, fate: "cited", number: 1 }],
};

test("marks what differs, but never a time", () => {
  const rows = factRows(STORED, { ...STORED, outcome: "refused", threshold: 0.95, total_ms: 99 });
  expect(rows.filter((row) => row.differs).map((row) => row.name)).toEqual(["结果", "阈值"]);
});

test("shows an outcome nobody knows by its own name, and what is missing as a dash", () => {
  const rows = factRows({ ...STORED, outcome: "of_another_time", route: "" }, STORED);
  expect(rows[0]?.stored).toBe("of_another_time");
  expect(rows.find((row) => row.name === "走法")?.stored).toBe("—");
});
