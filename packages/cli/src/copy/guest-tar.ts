import type { Sandbox } from "@forkd/sdk";
import { isGone } from "../terminal/forward-input.ts";
import { TarNotes } from "./tar-notes.ts";

/** The guest's directory as an archive; other file systems that are mounted in it, as /proc is in /, are left out. */
export async function* packGuestDirectory(
  sandbox: Sandbox,
  dir: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const notes = new TarNotes(sandbox.id);
  const args = ["tar", "--one-file-system", "-C", dir, "-cf", "-", "."];
  for await (const event of sandbox.execStream(args, { timeoutSecs: null, signal })) {
    if (event.type === "stdout") yield event.data;
    else if (event.type === "stderr") notes.add(event.data);
    else if (event.type === "exit") notes.settlePacking(event.exitCode);
  }
}

const UNPACK = "tar --no-same-owner --keep-directory-symlink -xf -";
const MERGE = `cd -- "$1" && exec ${UNPACK}`;
/** A new directory appears when it is whole. tar and this shell are one group: both hear of it when we leave. */
const CREATE = `set -e
mkdir -p -- "$(dirname -- "$1")"
staging=$(mktemp -d -- "$(dirname -- "$1")/.forkd-cp-XXXXXX")
trap 'rm -rf -- "$staging"' EXIT
trap 'exit 143' TERM HUP INT
${UNPACK} -C "$staging"
mv -T -- "$staging" "$1"`;

/** Unpacks an archive into a directory of the guest: a new one, or one that is there and gets what is in it. */
export async function unpackInGuest(
  sandbox: Sandbox,
  { dir, isThere, archive }: { dir: string; isThere: boolean; archive: AsyncIterable<Uint8Array> },
  signal: AbortSignal,
): Promise<void> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const notes = new TarNotes(sandbox.id);
  let feeding: Promise<void> | undefined;
  const request = { stdinStream: true, timeoutSecs: null, signal: either };
  const args = ["sh", "-c", isThere ? MERGE : CREATE, "sh", dir];
  for await (const event of sandbox.execStream(args, request)) {
    if (event.type === "start") {
      feeding = sandbox.writeStdin(event.pid, archive, { signal: either });
      feeding.catch((error: unknown) => {
        if (!isGone(error)) failure.abort(error);
      });
    } else if (event.type === "stderr") notes.add(event.data);
    else if (event.type === "exit" && event.exitCode !== 0) {
      // What is still on its way is for nobody.
      failure.abort();
      notes.settle(event.exitCode);
    }
  }
  await feeding?.catch((error: unknown) => {
    if (!isGone(error)) throw error;
  });
}
