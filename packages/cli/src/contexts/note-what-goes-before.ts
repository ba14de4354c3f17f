import { readVariable } from "../environment.ts";
import { printNote } from "../output/print.ts";

/** Variables that say which daemon is meant, whatever context is in use. */
const BEFORE_CONTEXTS = ["FORKD_URL", "FORKD_SOCKET", "FORKD_CONTEXT"] as const;

/** Says of a context that is now in use what keeps it from that. */
export function noteWhatGoesBefore(): void {
  const set = BEFORE_CONTEXTS.find((name) => readVariable(name) !== undefined);
  if (set !== undefined) printNote(`note: ${set} is set in the environment, and goes before it`);
}
