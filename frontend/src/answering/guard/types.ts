/** What the guard's routes answer, as far as the page uses it. */

export const ACTIONS = ["block", "hand_over", "mask", "log"] as const;
export type Action = (typeof ACTIONS)[number];

export interface Word {
  word: string;
  category: string;
  action: Action;
}

export interface Banked {
  text: string;
  expects: "refuse" | "answer";
  category: string;
}

export interface Settings {
  words: Word[];
  allowed: string[];
  hosts: string[];
  attacks: "refuse" | "hand_over" | "log";
  classifier: boolean;
  links: "published" | "listed";
  bank: Banked[];
}

export interface Guard {
  number: number;
  settings: Settings;
}

export interface Version {
  number: number;
  action: "saved" | "rolled_back" | "built_in";
  created_by: string;
  created_at: string | null;
  words: number;
  bank: number;
}

export interface Span {
  start: number;
  end: number;
  kind: "word" | "attack" | "personal";
  what: string;
  action: string;
}

export interface Tried {
  action: "pass" | "log" | "mask" | "hand_over" | "refuse" | "block";
  why: string;
  because: string[];
  spans: Span[];
  masked: string;
  ms: number;
}

export interface BankResult {
  refuse: number;
  refused: number;
  answer: number;
  answered: number;
  failing: (Banked & { refused: boolean })[];
}
