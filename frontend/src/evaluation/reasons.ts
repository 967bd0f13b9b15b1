/** The gate's reasons, `code name=value …`, as sentences. */
import evaluation from "../../texts/evaluation.json";
import { sentences } from "../shared/i18n";

const say = sentences(evaluation);

/** The sentence of one reason; what is no code of the gate stays as it is. */
export function reasonSentence(reason: string): string {
  const [code = "", ...values] = reason.split(" ");
  const id = `gate_${code}`;
  if (!(id in evaluation)) return reason;
  const pairs = values.map((value) => value.split("=", 2) as [string, string]);
  return say(id as keyof typeof evaluation, Object.fromEntries(pairs));
}
