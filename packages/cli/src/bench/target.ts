import type { Forkd, Sandbox } from "@forkd/sdk";
import { CliError } from "../cli-error.ts";

/** What is measured, and what every child must be able to answer. */
export interface BenchTarget {
  readonly forkd: Forkd;
  readonly tag: string;
  readonly question: {
    /** Python, for the warm interpreter. */
    readonly code: string;
    /** The right value, as JSON. */
    readonly answer: string;
  };
  /** For how long runs of one clock are begun. Default: until all are made. */
  readonly limitMs?: number;
  readonly signal: AbortSignal;
}

/** Waits for a child's answer. Throws `wrong_answer`: a clock that stops for anything else says nothing. */
export async function ask(child: Sandbox, { question, signal }: BenchTarget): Promise<void> {
  const { resultJson, error, timedOut } = await child.eval(question.code, { signal });
  if (resultJson === question.answer) return;
  const given = timedOut ? "nothing in time" : (error ?? resultJson ?? "nothing");
  throw new CliError("wrong_answer", `${child.id} answered ${given} to ${question.code}`, {
    hint: `its parent may be broken; make the snapshot ${child.info.snapshotTag} again`,
  });
}

/** The only child of a fork. */
export function onlyChild(children: readonly Sandbox[]): Sandbox {
  const [child] = children;
  if (child === undefined) throw new Error("the daemon forked nothing");
  return child;
}
