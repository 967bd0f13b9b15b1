/** What the word routes answer, as far as the page uses it. */

export interface Group {
  words: string[];
  one_way: boolean;
}

export interface WordList {
  base_id: string | null;
  number: number;
  synonyms: Group[];
  protected: string[];
  job_id: string | null;
}

export interface Version {
  number: number;
  action: "saved" | "imported" | "rolled_back";
  created_by: string;
  created_at: string | null;
  added: string[];
  removed: string[];
  job_id: string | null;
  reindexed: number | null;
}

export interface Tried {
  normalised: string;
  segments: { text: string; whole: boolean }[];
  terms: string[];
  meanings: { said: string; other: string[]; source: "ours" | "built_in"; weight: number }[];
}

export interface Report {
  added: string[];
  removed: string[];
  problems: { row: number; message: string }[];
  words: WordList;
}

export interface Measured {
  run_id: string;
  questions: number;
  passed: number;
  recall_at_1: number;
  recall_at_5: number;
  mrr_at_10: number;
  false_answers: number;
  false_refusals: number;
}

/** What the editor holds before it is saved. */
export interface Draft {
  synonyms: { text: string; one_way: boolean }[];
  protected: string[];
}

const SEPARATORS = /[,，、;；|｜\n\t]+/;

export function wordsIn(text: string): string[] {
  return text
    .split(SEPARATORS)
    .map((word) => word.trim())
    .filter(Boolean);
}

export function draftOf(list: WordList): Draft {
  return {
    synonyms: list.synonyms.map((group) => ({ text: group.words.join(", "), one_way: group.one_way })),
    protected: [...list.protected],
  };
}

export function listOf(draft: Draft, number: number): Pick<WordList, "number" | "synonyms" | "protected"> {
  return {
    number,
    synonyms: draft.synonyms
      .map((group) => ({ words: wordsIn(group.text), one_way: group.one_way }))
      .filter((group) => group.words.length > 1),
    protected: draft.protected.flatMap(wordsIn),
  };
}
