import { beforeAll, describe, expect, it } from "vitest";
import { setLocale } from "../shared/i18n";
import { Announcer } from "./announcer";
import type { Hours } from "./config";
import { peopleThere, replyDay } from "./hours";

const heard = (announcer: Announcer) => [...announcer.region.children].map((line) => line.textContent);

describe("what a screen reader hears", () => {
  it("is whole sentences, each once, without numbers", () => {
    const announcer = new Announcer();
    for (const text of ["可以", "可以换新[1]。从签", "可以换新[1]。从签收日算起。还"])
      announcer.follow("a1", text, false);
    expect(heard(announcer)).toEqual(["可以换新。", "从签收日算起。"]);
    announcer.follow("a1", "可以换新[1]。从签收日算起。还有三天", true);
    expect(heard(announcer).at(-1)).toBe("还有三天");
  });

  it("does not take the point in a number for an end", () => {
    const announcer = new Announcer();
    announcer.follow("a1", "固件需 2.3 或更高", false);
    expect(heard(announcer)).toEqual([]);
  });

  it("starts anew when an answer is restarted", () => {
    const announcer = new Announcer();
    announcer.follow("a1", "第一句很长。第二", false);
    announcer.follow("a1", "新。", true);
    expect(heard(announcer)).toEqual(["第一句很长。", "新。"]);
  });
});

describe("the hours of people", () => {
  beforeAll(() => setLocale("zh-CN"));

  const hours: Hours = {
    timezone: "Asia/Shanghai",
    days: [1, 2, 3, 4, 5],
    open: "09:00",
    close: "18:00",
    reply_by: "10:30",
  };
  const friday = (time: string) => new Date(`2026-11-20T${time}:00+08:00`);

  it("are read on the company's clock", () => {
    expect(peopleThere(hours, friday("09:00"))).toBe(true);
    expect(peopleThere(hours, friday("18:00"))).toBe(false);
    expect(peopleThere(hours, new Date("2026-11-21T12:00:00+08:00"))).toBe(false);
  });

  it("tell the day of the reply", () => {
    expect(replyDay(hours, friday("07:00"))).toBe("今天");
    expect(replyDay(hours, new Date("2026-11-19T20:00:00+08:00"))).toBe("明天");
    expect(replyDay(hours, friday("20:00"))).toBe("11月23日");
  });
});
