/** What the page knows about the company before anything is asked: names, topics, hours, colours. */
import type { Theme } from "../shared/theme";

export interface Pair<T = string> {
  zh: T;
  en: T;
}

/** One channel's colour in one theme; the server derived the shades and checked their contrast. */
export interface Accent {
  accent: string;
  hover: string;
  on: string;
  wash: string;
  line: string;
}

/** When people are there; `reply_by` (HH:MM, on the company's clock) is promised on the next working day. */
export interface Hours {
  timezone: string;
  reply_by: string;
  /** When people are there in the next weeks: [from, to] as moments, in order. */
  spans: [string, string][];
}

export interface ChatConfig {
  channel: string;
  company: Pair;
  title: Pair;
  assistant: Pair;
  greeting: Pair;
  suggestions: Pair<string[]>;
  hours?: Hours | null;
  logo_url?: string | null;
  accent?: Record<Theme, Accent> | null;
}

const EMPTY: ChatConfig = {
  channel: "web",
  company: { zh: "", en: "" },
  title: { zh: "", en: "" },
  assistant: { zh: "AI 助手", en: "AI assistant" },
  greeting: { zh: "", en: "" },
  suggestions: { zh: [], en: [] },
};

/** Reads the JSON the server put into the page (data, so a strict content policy allows it). */
export function readConfig(id: string): ChatConfig {
  const text = document.getElementById(id)?.textContent;
  return text ? { ...EMPTY, ...(JSON.parse(text) as Partial<ChatConfig>) } : EMPTY;
}

/** Puts the channel's colours over the tokens of one element. */
export function applyAccent(element: HTMLElement, accent: Accent): void {
  const values = {
    "--accent": accent.accent,
    "--accent-hover": accent.hover,
    "--on-accent": accent.on,
    "--wash": accent.wash,
    "--accent-line": accent.line,
    "--bot": accent.accent,
  };
  for (const [name, value] of Object.entries(values)) element.style.setProperty(name, value);
}
