import { toWire } from "@forkd/sdk";
import type { Sandbox, SandboxInfo } from "@forkd/sdk";
import { printJson, printLine } from "./output/print.ts";
import { withDaemon } from "./session.ts";
import type { DaemonOptions, Session } from "./session.ts";
import { tryEach } from "./try-each.ts";

/** What is done to sandboxes, and the word for one to which it was. */
interface Change {
  readonly done: string;
  readonly change: (sandbox: Sandbox, session: Session) => Promise<SandboxInfo>;
}

/** Changes each sandbox, whatever becomes of the others; throws the first failure behind the last attempt. */
export async function changeEach(
  words: readonly string[],
  options: DaemonOptions,
  { done, change }: Change,
): Promise<void> {
  await withDaemon(options, async (session) => {
    const changeOne = async (word: string) => change(await session.find(word), session);
    const { results: changed, failure } = await tryEach(words, changeOne);
    if (options.json) printJson(toWire(changed));
    else changed.forEach(({ id }) => printLine(`${done} ${id}`));
    if (failure) throw failure.reason;
  });
}
