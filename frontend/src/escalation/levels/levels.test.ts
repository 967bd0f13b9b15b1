/** How hours and special days are typed and merged. */
import { describe, expect, it } from "vitest";
import { mergeDays, overlaps, readIntervals, writeDays, writeIntervals, type SpecialDay } from "./types";

describe("hours as people type them", () => {
  it("are read in any of the usual ways and written in one", () => {
    const both = readIntervals("9:00-12:00，13：30–18:00");
    expect(both).toEqual([
      { start: "09:00", end: "12:00" },
      { start: "13:30", end: "18:00" },
    ]);
    expect(writeIntervals(both ?? [])).toBe("09:00-12:00 13:30-18:00");
    expect(readIntervals("")).toEqual([]);
    for (const wrong of ["9-12", "25:00-26:00", "09:00", "09:00-12:00 x"]) expect(readIntervals(wrong)).toBeNull();
  });

  it("may touch but not overlap", () => {
    expect(overlaps(readIntervals("13:00-18:00 09:00-13:00") ?? [])).toBe(false);
    expect(overlaps(readIntervals("13:00-18:00 09:00-13:01") ?? [])).toBe(true);
  });
});

it("an imported day takes the place of a known one", () => {
  const day = (date: string, kind: "off" | "work"): SpecialDay => ({ day: date, kind, name: "", intervals: [] });
  const merged = mergeDays([day("2026-10-01", "work"), day("2026-12-25", "off")], [day("2026-10-01", "off")]);
  expect(writeDays(merged)).toBe("2026-10-01,off\n2026-12-25,off");
});
