import { describe, expect, it } from "vitest";
import { moved, renewInPlace } from "./rows";

function list(...rows: string[]): Element {
  const made = document.createElement("ul");
  made.innerHTML = rows.map((row) => `<li data-conversation="${row[0]}"><a href="/${row[0]}">${row}</a></li>`).join("");
  return made;
}

describe("rows of the desk's list", () => {
  it("counts what is new or stands elsewhere", () => {
    expect(moved(list("a", "b"), list("a", "b"))).toBe(0);
    expect(moved(list("a", "b"), list("c", "a", "b"))).toBe(1);
    expect(moved(list("a", "b"), list("b", "a"))).toBe(2);
    expect(moved(list("a", "b"), list("b"))).toBe(0);
    expect(moved(null, list("a"))).toBe(1);
  });

  it("renews what rows say and moves none of them", () => {
    const ours = list("a1", "b1", "c1");
    const second = ours.children[1];
    renewInPlace(ours, list("b2", "a1", "d1"));
    expect([...ours.children].map((row) => row.textContent)).toEqual(["a1", "b2", "c1"]);
    expect(ours.children[1]).toBe(second);
    expect([...ours.children].map((row) => row.classList.contains("gone"))).toEqual([false, false, true]);
  });
});
