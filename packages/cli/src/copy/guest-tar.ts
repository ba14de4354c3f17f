import type { Sandbox } from "@forkd/sdk";
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
