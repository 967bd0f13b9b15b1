import { beforeAll, describe, expect, it } from "vitest";
import { setLocale } from "../shared/i18n";
import { Announcer } from "./announcer";
import type { Hours } from "./config";
import { peopleThere, replyDay, replyTime, workingDay } from "./hours";

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

  const day = (date: string, ...parts: [string, string][]): [string, string][] =>
    parts.map(([from, to]) => [`${date}T${from}:00+08:00`, `${date}T${to}:00+08:00`]);
  const hours: Hours = {
    timezone: "Asia/Shanghai",
    reply_by: "10:30",
    spans: [
      ...day("2026-11-19", ["09:00", "12:00"], ["13:30", "18:00"]),
      ...day("2026-11-20", ["09:00", "12:00"], ["13:30", "18:00"]),
      ...day("2026-11-23", ["10:00", "18:00"]),
    ],
  };
  const friday = (time: string) => new Date(`2026-11-20T${time}:00+08:00`);

  it("are read on the company's clock", () => {
    expect(peopleThere(hours, friday("09:00"))).toBe(true);
    expect(peopleThere(hours, friday("18:00"))).toBe(false);
    expect(peopleThere(hours, friday("12:30"))).toBe(false);
    expect(peopleThere(hours, new Date("2026-11-21T12:00:00+08:00"))).toBe(false);
    expect(workingDay(hours, friday("12:30"))).toEqual({ open: "09:00", close: "18:00" });
    expect(workingDay(hours, friday("20:00"))).toEqual({ open: "10:00", close: "18:00" });
    expect(workingDay(hours, new Date("2026-11-24T12:00:00+08:00"))).toBeNull();
  });

  it("tell the day of the reply", () => {
    expect(replyDay(hours, friday("07:00"))).toBe("今天");
    expect(replyDay(hours, new Date("2026-11-19T20:00:00+08:00"))).toBe("明天");
    expect(replyDay(hours, friday("20:00"))).toBe("11月23日");
    expect([friday("07:00"), friday("12:30"), friday("20:00")].map((at) => replyTime(hours, at))).toEqual([
      "10:30",
      "18:00",
      "10:30",
    ]);
  });
});
