/** A transcript that is renewed keeps the lines that did not change, element for element. */
import { expect, test } from "vitest";
import { renew } from "./transcript";

function list(...lines: string[]): HTMLOListElement {
  const made = document.createElement("ol");
  made.innerHTML = lines.join("");
  return made;
}

const line = (id: string, words: string) =>
  `<li id="${id}"><time datetime="2026-11-22T06:00:00Z">06:00</time><p>${words}</p><correct-answer></correct-answer></li>`;

test("what was being written in a line is still there, and new lines come behind it", () => {
  const ours = list(line("m-1", "您好"), line("m-2", "再见"), '<li class="running">正在说</li>');
  const kept = ours.children[0];
  const box = document.createElement("textarea");
  kept?.querySelector("correct-answer")?.append(box);
  const time = kept?.querySelector("time");
  if (time) time.textContent = "14:00";
  const added = renew(ours, list(line("m-1", "您好"), line("m-2", "再见了"), line("m-3", "新的")));
  expect(ours.children[0]).toBe(kept);
  expect(box.isConnected || kept?.contains(box)).toBe(true);
  expect([...ours.children].map((one) => one.querySelector("p")?.textContent)).toEqual(["您好", "再见了", "新的"]);
  expect(added.map((one) => one.id)).toEqual(["m-2", "m-3"]);
});

test("a line between two known ones takes its place, and one that is gone goes", () => {
  const ours = list(line("m-1", "一"), line("m-3", "三"), line("m-4", "四"));
  const [first, third] = [...ours.children];
  renew(ours, list(line("m-1", "一"), line("n-2", "备注"), line("m-3", "三")));
  expect([...ours.children].map((one) => one.id)).toEqual(["m-1", "n-2", "m-3"]);
  expect([ours.children[0], ours.children[2]]).toEqual([first, third]);
});
