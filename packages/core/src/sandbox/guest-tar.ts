import type { Readable } from "node:stream";
import { ForkdError, toForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import type { GuestAgent, GuestCommand } from "../ports/guest.ts";
import type { CallOptions } from "../ports/options.ts";

/** A directory of a guest. */
interface GuestDirectory {
  readonly agent: GuestAgent;
  readonly id: SandboxId;
  readonly path: string;
}

/** Files changed while they were read: what a running machine does (tar's manual, "Return Status"). */
const SOME_DIFFER = 1;
/** That of a shell that is told so, and of no tar. */
const NOT_THERE = 66;
const MAX_SAID = 2000;
const ABOUT_THE_REST = /^tar: (?:Exiting with failure status|Error is not recoverable)/;

/** That of a shell that cannot go into what is there, which says why. */
const NOT_ENTERED = 67;
const PACK = `[ -e "$1" ] || exit ${NOT_THERE}
cd -- "$1" || exit ${NOT_ENTERED}
exec tar --one-file-system -cf - .`;
const UNPACK = "tar --no-same-owner --keep-directory-symlink -xf -";
/** A new directory appears when it is whole. tar and this shell are one group: both hear of it when we leave. */
const MERGE_OR_CREATE = `set -e
if [ -d "$1" ]; then cd -- "$1"; exec ${UNPACK}; fi
mkdir -p -- "$(dirname -- "$1")"
staging=$(mktemp -d -- "$(dirname -- "$1")/.forkd-cp-XXXXXX")
trap 'rm -rf -- "$staging"' EXIT
trap 'exit 143' TERM HUP INT
chmod 755 -- "$staging"
${UNPACK} -C "$staging"
mv -T -- "$staging" "$1"`;

/** A directory as an archive, made by the guest's own tar. */
export async function* packDirectory(
  { agent, id, path }: GuestDirectory,
  options: CallOptions,
): AsyncGenerator<Buffer, void, undefined> {
  let said = "";
  for await (const event of agent.exec(shell(PACK, path, "none"), options)) {
    if (event.type === "stdout") yield event.data;
    else if (event.type === "stderr") said = addTo(said, event.data);
    else if (event.type === "exit") {
      if (event.exitCode === NOT_THERE) throw new ForkdError("guest_file_not_found", { path });
      if (event.exitCode !== 0 && event.exitCode !== SOME_DIFFER) throw tarError(id, said, event.exitCode);
    }
  }
}

/** Unpacks an archive by the guest's own tar. The archive is consumed or destroyed in any case. */
export async function unpackDirectory(
  { agent, id, path }: GuestDirectory,
  archive: Readable,
  options: CallOptions,
): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  let said = "";
  let feeding: Promise<void> | undefined;
  for await (const event of agent.exec(shell(MERGE_OR_CREATE, path, "stream"), { signal })) {
    if (event.type === "start") {
      feeding = feed(agent, event.pid, archive, signal);
      feeding.catch((error: unknown) => failure.abort(error));
    } else if (event.type === "stderr") said = addTo(said, event.data);
    else if (event.type === "exit" && event.exitCode !== 0) {
      archive.destroy();
      throw tarError(id, said, event.exitCode);
    }
  }
  await feeding;
}

/** That the command has ended says its exit. */
async function feed(agent: GuestAgent, pid: number, archive: Readable, signal: AbortSignal): Promise<void> {
  try {
    await agent.writeStdin({ pid }, archive, { signal });
  } catch (error) {
    if (toForkdError(error).code !== "guest_process_not_found") throw error;
  }
}

function shell(script: string, path: string, stdin: "none" | "stream"): GuestCommand {
  return { args: ["sh", "-c", script, "sh", path], env: {}, stdin, pty: null, timeoutMs: 0, detach: false };
}

function addTo(said: string, data: Buffer): string {
  return (said + data.toString()).slice(-MAX_SAID);
}

function tarError(id: SandboxId, said: string, status: number | null): ForkdError<"tar_failed"> {
  const lines = said
    .replaceAll(/[^\P{C}\n]+/gu, " ")
    .split("\n")
    .filter((line) => line.trim() !== "" && !ABOUT_THE_REST.test(line));
  const why =
    lines.join("\n  ") || (status === null ? "it was ended by a signal" : `it ended with status ${status}`);
  return new ForkdError("tar_failed", { id, why });
}
