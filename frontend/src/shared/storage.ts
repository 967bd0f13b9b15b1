/** What this browser remembers; where storage is closed to us, memory serves for as long as the page lives. */

const memory = new Map<string, string>();

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return memory.get(key) ?? null;
  }
}

export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    if (value === null) memory.delete(key);
    else memory.set(key, value);
  }
}

/** A remembered value, as unchecked as anything read from outside; null when it is missing or broken. */
export function rememberedJson(key: string): unknown {
  try {
    return JSON.parse(remembered(key) ?? "null");
  } catch {
    return null;
  }
}
