/** What a failed request says, for a line under a form or as a toast. */
import { Problem } from "../shared/api";
import { say } from "../shared/i18n";
import { toast } from "./toast";

export function told(error: unknown): string {
  return error instanceof Problem && error.detail ? error.detail : say("network");
}

export function complain(error: unknown): void {
  toast(told(error), "alert");
}
