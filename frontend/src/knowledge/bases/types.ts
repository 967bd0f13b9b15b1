/** A knowledge base as the routes tell it, and what a form makes of it. */

import bases from "../../../texts/bases.json";
import { sentences } from "../../shared/i18n";

const say = sentences(bases);
export const AUDIENCES = ["public", "signed_in", "tiers", "staff"] as const;
export type Audience = (typeof AUDIENCES)[number];

export interface Base {
  base_id: string;
  name: string;
  locale: "zh-CN" | "en";
  audience: Audience;
  tiers: string[];
  channels: string[];
  priority: number;
  most_documents: number | null;
  most_bytes: number | null;
  revision: number;
  is_default: boolean;
  documents: number;
  faqs: number;
  passages: number;
  sources: number;
  bytes: number;
  updated_at: string;
}

export type Settings = Pick<
  Base,
  "name" | "locale" | "audience" | "tiers" | "channels" | "priority" | "most_documents" | "most_bytes"
>;

/** What people read as a base's name; the first base is born without one of its own. */
export function nameOf(base: Base): string {
  return base.is_default && base.name === "default" ? say("default_name") : base.name;
}

/** The words of a list as people type them: commas of either width, or ideographic ones. */
export function listed(typed: string): string[] {
  return [
    ...new Set(
      typed
        .split(/[,，、;；\n]/)
        .map((word) => word.trim())
        .filter(Boolean),
    ),
  ];
}

/** 1: more people read it than before; -1: fewer, or others; 0: the same ones. */
export function widening(before: Settings, after: Settings): -1 | 0 | 1 {
  const reach = { public: 3, signed_in: 2, tiers: 1, staff: 0 };
  const audience = Math.sign(reach[after.audience] - reach[before.audience]);
  const tiers = after.audience === "tiers" && before.audience === "tiers" ? compared(before.tiers, after.tiers) : 0;
  const all = (channels: string[]) => (channels.length ? channels : null);
  const channels = compared(all(before.channels), all(after.channels));
  const steps = [audience, tiers, channels];
  if (steps.includes(-1)) return -1;
  return steps.includes(1) ? 1 : 0;
}

/** How a list of those let in changed; null lets everybody in. */
function compared(before: string[] | null, after: string[] | null): -1 | 0 | 1 {
  if (!before || !after) return before === after ? 0 : after ? -1 : 1;
  if (before.some((one) => !after.includes(one))) return -1;
  return after.length > before.length ? 1 : 0;
}
