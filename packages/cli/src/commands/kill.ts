import { Option } from "@commander-js/extra-typings";
import { usageError } from "../cli-error.ts";
import { printJson, printLine, printNote } from "../output/print.ts";
import { isSandboxId } from "../sandbox-words.ts";
import { withDaemon } from "../session.ts";
import type { Session } from "../session.ts";
import { tryEach } from "../try-each.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("kill")
    .description(
      "End sandboxes: by id, all of a snapshot, or all. With --tag or --all it is no failure when there is none; " +
        "an id that is not there is.",
    )
    .argument("[id...]", "sandbox ids")
    .addOption(new Option("--all", "all sandboxes").conflicts("tag"))
    .option("--tag <tag>", "all sandboxes of a snapshot")
    .addHelpText("after", example("forkd kill sb_4k2m9x7q0v3bz8wc", "forkd kill --tag py"))
    .action(async (ids, options) => {
      const { all, tag, json } = options;
      const isMany = all !== undefined || tag !== undefined;
      if (isMany === ids.length > 0) {
        throw usageError("say which: sandbox ids, or --tag TAG, or --all", "forkd ps lists them");
      }
      await withDaemon(options, async (session) => {
        const killed = isMany
          ? await session.forkd.sandboxes.killAll({ tag, signal: session.signal })
          : await killEach(ids, session);
        if (json) return printJson({ killed });
        if (killed.length === 0) return printNote("there was nothing to end");
        return killed.forEach((id) => printLine(`ended ${id}`));
      });
    });
}

/** Ends each, whatever becomes of the others, and gives their ids; throws the first failure after the last attempt. */
async function killEach(words: readonly string[], session: Session): Promise<string[]> {
  const { results: killed, failure } = await tryEach(words, (word) => killOne(word, session));
  if (failure === undefined) return killed;
  if (killed.length > 0) printNote(`ended ${killed.join(", ")}`);
  throw failure.reason;
}

/** Ends the sandbox that a word means, and gives its id. */
async function killOne(word: string, { forkd, signal, find }: Session): Promise<string> {
  const sandbox = await find(word);
  if (!isSandboxId(sandbox.id)) await sandbox.refresh({ signal });
  await forkd.sandboxes.kill(sandbox.id, { signal });
  return sandbox.id;
}
