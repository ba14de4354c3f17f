import type { Sandbox } from "@forkd/sdk";
import { spawnTar, tarFailed } from "./tar.ts";

const UNPACK = 'mkdir -p -- "$1" && exec tar -C "$1" -xf -';

/** Packs a directory of the host and unpacks it in the guest, without a copy of the archive anywhere. */
export async function uploadDirectory(
  sandbox: Sandbox,
  hostDir: string,
  guestDir: string,
  signal: AbortSignal,
): Promise<void> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const tar = spawnTar(["-C", hostDir, "-cf", "-", "."], either);
  let said = "";
  let sending: Promise<void> | undefined;
  const request = { stdinStream: true, timeoutSecs: null, signal: either };
  for await (const event of sandbox.execStream(["sh", "-c", UNPACK, "sh", guestDir], request)) {
    if (event.type === "start") {
      sending = sandbox.writeStdin(event.pid, tar.stdout, { signal: either });
      sending.catch((error: unknown) => failure.abort(error));
    } else if (event.type === "stderr") {
      said = (said + Buffer.from(event.data).toString()).slice(-2000);
    } else if (event.type === "exit" && event.exitCode !== 0) {
      failure.abort();
      throw tarFailed(sandbox.id, said);
    }
  }
  await sending;
  await tar.done;
}
