import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { setLocale } from "../shared/i18n";
import "./answer-text";
import { AnswerText } from "./answer-text";
import { placeChips } from "./citation-chips";
import type { Citation } from "./contract";
import { markQuote, sentencesOf } from "./evidence";
import { markdownReady } from "./markdown";

beforeAll(() => markdownReady);

const citation = (number: number): Citation => ({
  number,
  title: "售后服务政策",
  page: 6,
  quote: "签收后三十日内换新。",
});

function withChips(text: string): HTMLElement {
  const box = document.createElement("p");
  box.textContent = text;
  placeChips(box, [citation(1), citation(2)]);
  return box;
}

describe("a citation chip", () => {
  beforeAll(() => setLocale("zh-CN"));

  it("is glued to the two letters before it and the full stop after it", () => {
    const glued = withChips("发到邮箱[1]。").querySelector(".glued");
    expect(glued?.textContent).toBe("邮箱1。");
  });

  it("says its title and page to a screen reader", () => {
    expect(withChips("邮箱[1]").querySelector("button")?.getAttribute("aria-label")).toBe(
      "来源 1：售后服务政策，第 6 页",
    );
  });

  it("exists only for a citation that exists", () => {
    const box = withChips("见[7]说明[1][2]");
    expect([...box.querySelectorAll("button")].map((chip) => chip.textContent)).toEqual(["1", "2"]);
    expect(box.textContent).not.toContain("[7]");
  });
});

describe("<kefu-answer-text>", () => {
  afterEach(() => document.body.replaceChildren());

  async function grown(...texts: string[]): Promise<AnswerText> {
    const element = new AnswerText();
    element.citations = [citation(1)];
    element.growing = true;
    document.body.append(element);
    for (const text of texts) {
      element.text = text;
      await element.updateComplete;
    }
    return element;
  }

  it("leaves blocks already read alone while the last one grows", async () => {
    const element = await grown("第一段[1]。\n\n第二");
    const first = element.querySelector(".block");
    element.text = "第一段[1]。\n\n第二段写完了";
    await element.updateComplete;
    expect(element.querySelector(".block")).toBe(first);
    expect(element.textContent).toContain("第二段写完了");
  });

  it("ends in a caret as long as it grows", async () => {
    const element = await grown("一\n\n- 二\n- 三");
    expect(element.querySelector("li:last-child .caret")).not.toBeNull();
    element.growing = false;
    await element.updateComplete;
    expect(element.querySelector(".caret")).toBeNull();
  });

  it("draws a restart from scratch", async () => {
    const element = await grown("旧的一\n\n旧的二\n\n旧的三", "新");
    expect(element.textContent.trim()).toBe("新");
  });
});

describe("the yellow in a quote", () => {
  const quote = "3.2 期限如下：Nova Buds 签收后三十日内更换同型号新品。超过三十日的按保修条款办理。";

  it("is what the answer took its words from", () => {
    const marked = markQuote(quote, "签收后三十日内可以更换同型号新品。").filter((piece) => piece.marked);
    expect(marked.map((piece) => piece.text)).toEqual(["Nova Buds 签收后三十日内更换同型号新品。"]);
  });

  it("is everything when nothing stands out", () => {
    expect(markQuote(quote, "???").every((piece) => piece.marked)).toBe(true);
  });

  it("loses no letter of the quote", () => {
    for (const text of [quote, "One. Two 3.5 three? four", "。。", "x"]) expect(sentencesOf(text).join("")).toBe(text);
  });
});
