/** Queues and people as the routes tell them. */
import queues from "../../texts/queues.json";
import { sentences } from "../shared/i18n";

const say = sentences(queues);
export const MODES = ["pick", "auto", "offer"] as const;
export const LANGUAGES = ["zh-CN", "en"] as const;
export type Mode = (typeof MODES)[number];

export interface Queue {
  queue_id: string;
  name: string;
  is_default: boolean;
  mode: Mode;
  accept_within_s: number;
  languages: string[];
  channels: string[];
  tiers: string[];
  position: number;
  members: { staff_id: string; name: string }[];
  waiting: number;
  longest_since: string | null;
  revision: number;
}

export interface Person {
  staff_id: string;
  name: string;
  state: "online" | "busy" | "break" | "offline";
  there: boolean;
  load: number;
  capacity: number;
  skills: string[];
  queue_ids: string[];
}

/** What people read as a queue's name; the default one has none of its own. */
export const nameOf = (queue: Queue) => (queue.is_default ? say("default") : queue.name);

/** The words of a list as people type them: commas of either width, or ideographic ones. */
export const listed = (typed: string) => [
  ...new Set(
    typed
      .split(/[,，、;；\n]/)
      .map((word) => word.trim())
      .filter(Boolean),
  ),
];
