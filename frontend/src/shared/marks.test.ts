import { expect, test } from "vitest";
import { plainWords, withoutMarks } from "./marks";

test("words lose their marks and keep their citations", () => {
  expect(withoutMarks("选 **Orbit 3**，见 [说明](https://a.b)。[1]")).toBe("选 Orbit 3，见 说明。[1]");
  expect(withoutMarks("## 标题\n`x`")).toBe("标题\nx");
});

test("what is copied or heard has no citations either", () => {
  expect(plainWords("可以退。[1] **七天**内。[2]\n")).toBe("可以退。 七天内。");
});
