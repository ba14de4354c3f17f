import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import type { Sandbox } from "@forkd/sdk";
import { spawnTar, tarFailed } from "./tar.ts";

/** Packs a directory of the guest and unpacks it into a new one of the host. */
export async function downloadDirectory(
  sandbox: Sandbox,
  guestDir: string,
  hostDir: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(hostDir);
  // GNU tar takes a leading / off names, refuses .. in them, and makes links that point out only at the end.
  const tar = spawnTar(["-C", hostDir, "--no-same-owner", "-xf", "-"], signal);
  let said = "";
  const request = { timeoutSecs: null, signal };
  for await (const event of sandbox.execStream(["tar", "-C", guestDir, "-cf", "-", "."], request)) {
    if (event.type === "stdout") {
      if (!tar.stdin.write(event.data)) await Promise.race([once(tar.stdin, "drain", { signal }), tar.done]);
    } else if (event.type === "stderr") {
      said = (said + Buffer.from(event.data).toString()).slice(-2000);
    } else if (event.type === "exit" && event.exitCode !== 0) {
      tar.stdin.end();
      throw tarFailed(sandbox.id, said);
    }
  }
  tar.stdin.end();
  await tar.done;
}
