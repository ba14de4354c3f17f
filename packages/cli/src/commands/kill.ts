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
        "an id that is not there is. Suspended ones, which are kept on disk, are left then, unless --force is given.",
    )
    .argument("[id...]", "sandbox ids")
    .addOption(new Option("--all", "all sandboxes").conflicts("tag"))
    .option("--tag <tag>", "all sandboxes of a snapshot")
    .option("-f, --force", "with --all and --tag: the suspended ones too")
    .addHelpText("after", example("forkd kill sb_4k2m9x7q0v3bz8wc", "forkd kill --tag py"))
    .action(async (ids, options) => {
      const { all, tag, force = false, json } = options;
      const isMany = all !== undefined || tag !== undefined;
      if (isMany === ids.length > 0) {
        throw usageError("say which: sandbox ids, or --tag TAG, or --all", "forkd ps lists them");
      }
      await withDaemon(options, async (session) => {
        const kept = isMany && !force ? await countSuspended(session, tag) : 0;
        const killed = isMany
          ? await session.forkd.sandboxes.killAll({
              tag,
              keepSuspended: !force || undefined,
              signal: session.signal,
            })
          : await killEach(ids, session);
        if (json) return printJson({ killed });
        killed.forEach((id) => printLine(`ended ${id}`));
        if (kept > 0) noteKept(kept, tag === undefined ? "--all" : `--tag ${tag}`);
        else if (killed.length === 0) printNote("there was nothing to end");
      });
    });
}

/** How many are on disk, and so are kept unless told otherwise. */
export async function countSuspended({ forkd, signal }: Session, tag?: string): Promise<number> {
  return (await forkd.sandboxes.list({ status: "suspended", tag, signal })).length;
}

/** Says of those that were kept how to end them too. */
export function noteKept(count: number, chosen: string): void {
  const [which, them] = count === 1 ? ["one that is", "it"] : [`${count} that are`, "them"];
  printNote(`kept ${which} suspended; to end ${them} too: forkd kill ${chosen} --force`);
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
