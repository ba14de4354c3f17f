import type { CallOptions, Forkd, SandboxInfo } from "@forkd/sdk";
import { usageError } from "./cli-error.ts";

const LAST = "@last";
const WHOLE_ID = /^sb_[0-9a-z]{16}$/;
/** No name of a sandbox begins so. */
const ID_PREFIX = "sb_";
/** With less, a script's `sb_$x` would mean the only sandbox there is when its x is empty. */
const MIN_BEGINNING = ID_PREFIX.length + 2;

/** Whether a word is an id as the daemon gives it, and can mean no other sandbox. */
export const isSandboxId = (word: string): boolean => WHOLE_ID.test(word);

/** Whether a word means a sandbox, where it could be a snapshot's tag as well. */
export const meansSandbox = (word: string): boolean => word === LAST || isSandboxId(word);

/** The oldest first. Children of one fork have the same second, and an index each. */
const byAge = (a: SandboxInfo, b: SandboxInfo): number =>
  a.createdAtUnix - b.createdAtUnix || a.childIndex - b.childIndex;

/**
 * The id or name that a word of the command line means: `@last` is the sandbox that was forked last, and the beginning of
 * an id is that id where no other begins so. What else there is, the daemon knows.
 */
export async function findSandbox(forkd: Forkd, word: string, options: CallOptions): Promise<string> {
  const list = async () => (await forkd.sandboxes.list(options)).map(({ info }) => info);
  if (word === LAST) return findLast(await list());
  const isBeginning = word.startsWith(ID_PREFIX) && !isSandboxId(word);
  if (!isBeginning) return word;
  if (word.length < MIN_BEGINNING)
    throw usageError(`${word} is too short for the beginning of an id`, "say 2 characters or more after sb_");
  return findBeginning(await list(), word);
}

function findLast(infos: readonly SandboxInfo[]): string {
  const living = infos.filter(({ status }) => status !== "dead");
  const last = living.toSorted(byAge).at(-1);
  if (last === undefined) throw usageError("there is no sandbox yet, and so no last one", "forkd fork TAG");
  return last.id;
}

function findBeginning(infos: readonly SandboxInfo[], word: string): string {
  const ids = infos.map(({ id }) => id).filter((id) => id.startsWith(word));
  if (ids.length > 1)
    throw usageError(`${word} begins ${ids.length} ids`, `say more of it: ${ids.join(", ")}`);
  return ids[0] ?? word;
}
