/** The reader's language and the sentences of frontend/texts/*.json in it. */
import shared from "../../texts/shared.json";

export type Locale = "zh-CN" | "en";
export type Texts = Record<string, { zh: string; en: string }>;
export type Values = Record<string, string | number>;

const listeners = new Set<() => void>();
let current: Locale = document.documentElement.lang.startsWith("en") ? "en" : "zh-CN";

export function locale(): Locale {
  return current;
}

/** The half of a zh/en pair that the reader reads. */
export function ours<T>(pair: { zh: T; en: T }): T {
  return current === "en" ? pair.en : pair.zh;
}

/** Switches every listening element, the page's `lang`, and what the server renders next. */
export function setLocale(next: Locale): void {
  current = next;
  document.documentElement.lang = next;
  document.cookie = `kefu_locale=${next}; path=/; max-age=31536000; samesite=lax`;
  for (const listener of listeners) listener();
}

export function onLocale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A function that says the sentences of one catalogue, with {placeholders} filled. */
export function sentences<T extends Texts>(texts: T): (id: keyof T & string, values?: Values) => string {
  return (id, values = {}) => {
    const twins = texts[id];
    if (!twins) throw new Error(`no text called ${id}`);
    return ours(twins).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}

export const say = sentences(shared);

/** 14:20 in the reader's zone. */
export function clock(at: Date): string {
  return at.toLocaleTimeString(current, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** 今天 14:20, 昨天 14:20, 11-21 14:30; English: Today 14:20, 21 Nov 14:30. */
export function dayAndTime(at: Date, now = new Date()): string {
  const midnight = (date: Date) => new Date(date).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return `${say("today")} ${clock(at)}`;
  if (days === 1) return `${say("yesterday")} ${clock(at)}`;
  const two = (value: number) => String(value).padStart(2, "0");
  const day =
    current === "en"
      ? at.toLocaleDateString("en-GB", { day: "numeric", month: "short" })
      : `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${clock(at)}`;
}
