import { describe, expect, it } from "vitest";
import { blocks } from "./markdown";
import { closeOpenMarks, plainWords } from "./marks";

function drawn(text: string): HTMLElement {
  const box = document.createElement("div");
  for (const block of blocks(text)) box.append(block.render());
  return box;
}

describe("markdown of an answer", () => {
  it("draws lists, bold and tables", () => {
    const box = drawn("**可以**\n\n1. 一\n2. 二\n\n| a | b |\n|---|---|\n| 1 | 2 |");
    expect(box.querySelector("strong")?.textContent).toBe("可以");
    expect(box.querySelectorAll("ol li").length).toBe(2);
    expect(box.querySelectorAll("td").length).toBe(2);
  });

  it("is bold beside Han letters, where CommonMark wants a space", () => {
    expect(drawn("**可以换新。**Nova Buds").querySelector("strong")?.textContent).toBe("可以换新。");
  });

  it.each([
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](  JaVaScRiPt:alert(1))",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "`<script>alert(1)</script>`",
    '<div style="position:fixed;inset:0">x</div>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '![x](x" onerror="alert(1))',
    '[x](https://a.example/"onmouseover="alert(1))',
  ])("runs nothing of %s", (hostile) => {
    const box = drawn(hostile);
    for (const element of box.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on|style|srcdoc/);
        if (name === "href") expect(value).toMatch(/^(https?:|mailto:|tel:)/);
      }
    }
    expect(box.querySelector("script, img, iframe, svg, math, object, form, div, style")).toBeNull();
  });

  it("loads no remote image but keeps its words", () => {
    const box = drawn("看 ![门店照片](https://elsewhere.example/track.png) 这里");
    expect(box.querySelector("img")).toBeNull();
    expect(box.textContent).toContain("门店照片");
  });

  it("opens links without telling the target who opened them", () => {
    const link = drawn("[官网](https://nebula.example)").querySelector("a");
    expect(link?.rel).toContain("noopener");
    expect(link?.target).toBe("_blank");
  });

  it("keeps earlier blocks equal while the last one grows, so they are not drawn again", () => {
    const before = blocks("第一段。\n\n第二");
    const after = blocks("第一段。\n\n第二段继续");
    expect(after[0]?.raw).toBe(before[0]?.raw);
    expect(after[1]?.raw).not.toBe(before[1]?.raw);
  });
});

describe("a text that is still growing", () => {
  it.each([
    ["它**很重", "它**很重**"],
    ["它**很重要**，", "它**很重要**，"],
    ["运行 `ls", "运行 `ls`"],
    ["见说明[1", "见说明"],
    ["见说明[", "见说明"],
    ["见说明[1]", "见说明[1]"],
    ["它**", "它"],
  ])("shows no open marks: %s", (growing, shown) => {
    expect(closeOpenMarks(growing)).toBe(shown);
  });
});

it("is copied without numbers and marks", () => {
  expect(plainWords("**可以**换新[1]，见[说明](https://a.example)[2]。")).toBe("可以换新，见说明。");
});
