/** What the prompt routes answer, as far as the page uses it. */

export interface Example {
  sources: string[];
  question: string;
  answer: string;
}

export interface Version {
  number: number;
  state: "draft" | "active" | "retired";
  body: string;
  examples: Example[];
  note: string;
  revision: number;
  created_by: string;
  created_at: string | null;
  activated_by: string | null;
  activated_at: string | null;
}

export interface Template {
  name: "answer" | "question";
  language: "zh" | "en";
  active: Version;
  draft: Version | null;
  variables: { name: string; required: boolean; items: string[] }[];
  phrases: string[];
  takes_examples: boolean;
  tokens: number;
  most_tokens: number;
}

export interface Budgets {
  context_tokens: number;
  max_tokens: number;
  temperature: number;
  variables: Record<string, string>;
}

export interface PromptProblem {
  code: string;
  detail: string;
  line: number | null;
}

export interface Check {
  problems: PromptProblem[];
  rendered: string;
  tokens: number;
  most_tokens: number;
}

export interface Settings {
  number: number;
  unsupported: "drop" | "mark";
  follow_ups: boolean;
}

export interface Side {
  version: string;
  messages: { role: string; content: string; tokens: number }[];
  estimated_tokens: number;
  passages: number;
  asked_model: boolean;
  outcome: string;
  answer: string;
  sentences: { text: string; cites: number[]; verdict: string }[];
  prompt_tokens: number;
  completion_tokens: number;
  first_token_ms: number | null;
  total_ms: number;
  problems: string[] | null;
}

export interface Trial {
  before: Side;
  after: Side;
}

/** One text for comparing: the template, then its examples. */
export function wholeText(of: Pick<Version, "body" | "examples">): string {
  const examples = of.examples.map(
    (one, place) =>
      `\n\n— ${place + 1} —\n${one.sources.map((source, n) => `[${n + 1}] ${source}`).join("\n")}\n${one.question}\n→ ${one.answer}`,
  );
  return of.body + examples.join("");
}
