/** How the runs of a set of regression questions went over time. */
import regression from "../../texts/regression.json";
import type { History } from "../shared/history-plot";
import { sentences } from "../shared/i18n";
import type { Run } from "./types";

const say = sentences(regression);
const LINES = ["recall_at_5", "mrr_at_10", "false_answers", "false_refusals"] as const;

/** runs: finished ones, oldest first. */
export function historyOf(runs: Run[]): History {
  const recall = (run: Run | undefined) => (run?.figures?.["recall_at_5"] ?? 0).toFixed(2);
  return {
    dates: runs.map((run) => run.created_at),
    lines: LINES.map((name) => ({
      label: say(name),
      values: runs.map((run) => run.figures?.[name] ?? null),
      written: runs.map((run) => (run.figures?.[name] ?? 0).toFixed(3)),
    })),
    words: say("plot", { n: runs.length, from: recall(runs[0]), to: recall(runs.at(-1)) }),
  };
}
