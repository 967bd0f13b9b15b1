/** A slash opens canned replies only where a word can begin; an address in a sentence does not. */
import { expect, test } from "vitest";
import { openVariable, replaced, tokenAt } from "./token";

test("the word before the caret opens the menu, and is replaced as a whole", () => {
  expect(tokenAt("/tk", 3, "/")).toEqual({ typed: "tk", from: 0, to: 3 });
  const token = tokenAt("您好 /tk 再见", 6, "/");
  expect(token && replaced("您好 /tk 再见", token, "三天")).toEqual({ text: "您好 三天 再见", caret: 5 });
  expect(tokenAt("请@林", 3, "@")).toEqual({ typed: "林", from: 1, to: 3 });
});

test("a slash inside a word, or behind a blank, opens nothing", () => {
  expect(tokenAt("1/2", 3, "/")).toBeNull();
  expect(tokenAt("https://a.b/c", 13, "/")).toBeNull();
  expect(tokenAt("/tk 完", 5, "/")).toBeNull();
});

test("a variable that was not filled is found where it stands", () => {
  expect(openVariable("订单 {{order_no}} 已发")).toEqual({ from: 3, to: 15 });
  expect(openVariable("订单 NB-1 {已发}")).toBeNull();
});
