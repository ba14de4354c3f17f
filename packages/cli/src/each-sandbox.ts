import { toWire } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { printJson, printLine } from "./output/print.ts";
import { withDaemon } from "./session.ts";
import type { DaemonOptions, Session } from "./session.ts";

/** What is done to sandboxes, and the word for one to which it was. */
interface Change {
  readonly done: string;
  readonly change: (session: Session, id: string) => Promise<Sandbox>;
}

/** Changes each sandbox, whatever becomes of the others; throws the first failure behind the last attempt. */
export async function changeEach(
  ids: readonly string[],
  options: DaemonOptions,
  { done, change }: Change,
): Promise<void> {
  await withDaemon(options, async (session) => {
    const outcomes = await Promise.allSettled(ids.map(async (id) => change(session, await session.find(id))));
    const changed = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    if (options.json) printJson(toWire(changed.map(({ info }) => info)));
    else changed.forEach(({ id }) => printLine(`${done} ${id}`));
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (failure) throw failure.reason;
  });
}
