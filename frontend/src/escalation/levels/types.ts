/** Policies and calendars as the routes tell them, and how people write hours and special days. */
import levels from "../../../texts/service_levels.json";
import { sentences } from "../../shared/i18n";

export const say = sentences(levels);
export const KINDS = ["queue_wait", "first_reply", "next_reply", "resolution"] as const;
export type Kind = (typeof KINDS)[number];
export const PRIORITIES = [0, 1, 2, 3] as const;
export const URL = "/api/v1/service-levels";
export const CALENDARS = "/api/v1/calendars";

export interface Policy {
  policy_id: string | null;
  name: string;
  enabled: boolean;
  queue_ids: string[];
  priorities: number[];
  tiers: string[];
  calendar_id: string | null;
  queue_wait_s: number | null;
  first_reply_s: number | null;
  next_reply_s: number | null;
  resolution_s: number | null;
  pause_asleep: boolean;
  pause_customer: boolean;
  on_breach: { notify: boolean; raise_priority: boolean; take_back: boolean; move_to: string | null };
}

export interface Policies {
  policies: Policy[];
  version: number;
  changed_by: string;
  changed_at: string | null;
}

export interface Interval {
  start: string;
  end: string;
}

export interface SpecialDay {
  day: string;
  kind: "off" | "work";
  name: string;
  intervals: Interval[];
}

export interface Calendar {
  calendar_id: string;
  name: string;
  timezone: string;
  week: Interval[][];
  days: SpecialDay[];
  revision: number;
  is_default: boolean;
  open_now: boolean;
}

/** The built-in policy has no name of its own. */
export const policyName = (policy: { name: string }) => policy.name || say("standard");
export const calendarName = (calendar: { name: string; is_default: boolean }) =>
  calendar.is_default && ["", "default"].includes(calendar.name) ? say("default_calendar") : calendar.name;

export const targetOf = (policy: Policy, kind: Kind) => policy[`${kind}_s`];

/** 15 分钟, 3 小时 20 分, 2 天: of working time or of the wall clock. */
export function lengthOf(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return seconds < 60 ? `${Math.round(seconds)} s` : say("minutes", { n: minutes });
  const told = { h: Math.floor(minutes / 60), m: minutes % 60 };
  return say(told.m ? "n_hours" : "whole_hours", told);
}

const INTERVAL = /^([01]?\d|2[0-3]):([0-5]\d)\s*[-–~至]\s*([01]?\d|2[0-4]):([0-5]\d)$/;

/** 09:00-12:00 13:30-18:00 as intervals; null when it cannot be read. */
export function readIntervals(typed: string): Interval[] | null {
  const parts = typed
    .replaceAll("：", ":")
    .split(/[\s,，、;；]+/)
    .filter(Boolean);
  const found = parts.map((part) => {
    const match = INTERVAL.exec(part);
    const two = (value = "") => value.padStart(2, "0");
    return match && { start: `${two(match[1])}:${two(match[2])}`, end: `${two(match[3])}:${two(match[4])}` };
  });
  return found.every((one) => one !== null) ? found : null;
}

export const writeIntervals = (intervals: Interval[]) => intervals.map(({ start, end }) => `${start}-${end}`).join(" ");

/** Whether two intervals of a day share a minute. */
export function overlaps(intervals: Interval[]): boolean {
  const ordered = [...intervals].sort((a, b) => a.start.localeCompare(b.start));
  return ordered.some((one, n) => n > 0 && one.start < (ordered[n - 1]?.end ?? ""));
}

/** Special days as lines of text, and back by the server's reader of CSV. */
export const writeDays = (days: SpecialDay[]) =>
  days
    .map(({ day, kind, name, intervals }) =>
      [day, say(`special_${kind}`), name, writeIntervals(intervals)].join(",").replace(/,+$/, ""),
    )
    .join("\n");

/** Days by date; those of the second list hold where both name one. */
export function mergeDays(known: SpecialDay[], more: SpecialDay[]): SpecialDay[] {
  const byDay = new Map([...known, ...more].map((one) => [one.day, one]));
  return [...byDay.values()].sort((a, b) => a.day.localeCompare(b.day));
}
