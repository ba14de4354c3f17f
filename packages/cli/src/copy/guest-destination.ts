import type { Sandbox } from "@forkd/sdk";
import { formatMode } from "../parse/inline-file.ts";
import { chooseTarget, refuseClash } from "./choose-target.ts";
import { statInGuest } from "./stat.ts";
import type { Destination } from "./endpoints.ts";

/** A path in a guest; directories above it that are missing are made. What arrives is root's. */
export async function openGuestDestination(
  sandbox: Sandbox,
  path: string,
  sources: number,
  signal: AbortSignal,
): Promise<Destination> {
  const text = `${sandbox.id}:${path}`;
  const spot = { path, text, sources, found: await statInGuest(sandbox, path, signal) };
  return {
    async write(source, content, signal) {
      const target = chooseTarget(spot, source);
      const found = target === path ? spot.found : await statInGuest(sandbox, target, signal);
      refuseClash(source, `${sandbox.id}:${target}`, found);
      if (source.kind === "directory") {
        await sandbox.files.writeTar(target, content, { signal });
      } else {
        await sandbox.files.write(target, content, { mode: formatMode(source.mode), signal });
      }
      return `${sandbox.id}:${target}`;
    },
  };
}
