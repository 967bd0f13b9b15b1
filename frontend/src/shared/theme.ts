/** Light, dark or what the system says: chosen once, remembered, the same on every page. */
import { remember, remembered } from "./storage";

export type Theme = "light" | "dark";

const KEY = "kefu.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

/** The theme on screen now. */
export function theme(): Theme {
  const chosen = remembered(KEY);
  if (chosen === "light" || chosen === "dark") return chosen;
  return system.matches ? "dark" : "light";
}

export function switchTheme(): void {
  const next: Theme = theme() === "dark" ? "light" : "dark";
  remember(KEY, next);
  document.documentElement.dataset["theme"] = next;
  for (const listener of listeners) listener();
}

export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  system.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
  };
}
