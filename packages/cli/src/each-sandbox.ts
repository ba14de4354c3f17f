import { toWire } from "@forkd/sdk";
import type { Sandbox, SandboxInfo } from "@forkd/sdk";
import { printJson, printLine } from "./output/print.ts";
import { withDaemon } from "./session.ts";
import type { DaemonOptions, Session } from "./session.ts";
import { tryEach } from "./try-each.ts";

/** What is done to sandboxes: the words for the doing, which is told where it takes long, and for one to which it was. */
interface Change {
  readonly doing: string;
  readonly done: string;
  readonly change: (sandbox: Sandbox, session: Session) => Promise<SandboxInfo>;
}

/** Changes each sandbox, whatever becomes of the others; throws the first failure behind the last attempt. */
export async function changeEach(
  words: readonly string[],
  options: DaemonOptions,
  { doing, done, change }: Change,
): Promise<void> {
  await withDaemon(options, async (session) => {
    const { results: changed, failure } = await session.track(({ onProgress }) => {
      let finished = 0;
      const tell = (): void => {
        const message = words.length === 1 ? words.join() : `${finished} of ${words.length}`;
        onProgress?.({ type: "progress", step: doing, message });
      };
      tell();
      return tryEach(words, async (word) => {
        try {
          return await change(await session.find(word), session);
        } finally {
          finished += 1;
          tell();
        }
      });
    });
    if (options.json) printJson(toWire(changed));
    else changed.forEach(({ id }) => printLine(`${done} ${id}`));
    if (failure) throw failure.reason;
  });
}
