/** How the evaluations of one name went over time. */
import type { History } from "../../shared/history-plot";
import { figure, figureName, say, shown, type AnswerRun } from "./types";

const LINES = ["right", "citation_precision", "grounded", "refusal_recall", "false_answer"] as const;

/** runs: finished ones of one name, oldest first. */
export function historyOf(runs: AnswerRun[]): History {
  const right = (run: AnswerRun | undefined) => (run ? shown("right", figure(run, "right")) : "");
  return {
    dates: runs.map((run) => run.created_at),
    lines: LINES.map((name) => ({
      label: figureName(name),
      values: runs.map((run) => figure(run, name)),
      written: runs.map((run) => shown(name, figure(run, name))),
    })),
    words: say("plot", { n: runs.length, from: right(runs[0]), to: right(runs.at(-1)) }),
  };
}
