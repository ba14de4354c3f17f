import { createWriteStream } from "node:fs";
import { chmod, mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { printNote } from "../output/print.ts";
import { chooseTarget, refuseClash } from "./choose-target.ts";
import { sanitizeTree } from "./sanitize-tree.ts";
import { unpackOnHost } from "./host-tar.ts";
import { moveInto } from "./move-into.ts";
import { statOnHost } from "./stat.ts";
import type { Destination, Source } from "./endpoints.ts";

/**
 * A path of the host. All of a source is gathered in a new directory beside its target first: what a guest sends is
 * not seen before it is whole, and cannot write through links that were there.
 */
export async function openHostDestination(path: string, sources: number): Promise<Destination> {
  const spot = { path, text: path, sources, found: await statOnHost(path) };
  return {
    async write(source, content, signal) {
      const target = chooseTarget(spot, source);
      const found = await statOnHost(target);
      refuseClash(source, target, found);
      if (found === undefined && path.endsWith("/")) await mkdir(path, { recursive: true });
      // A link that is there stays one: what it points to is replaced.
      const real = found === undefined ? target : await realpath(target);
      await using staging = await createStaging(dirname(real));
      const staged = join(staging.path, basename(real));
      await gather(source, content, staged, signal);
      await moveInto(staged, real);
      return target;
    },
  };
}

async function gather(
  source: Source,
  content: AsyncIterable<Uint8Array>,
  staged: string,
  signal: AbortSignal,
): Promise<void> {
  if (source.kind === "file") {
    await pipeline(content, createWriteStream(staged, { flags: "wx", mode: 0o600 }));
    return await chmod(staged, source.mode);
  }
  await mkdir(staged);
  await unpackOnHost(content, staged, signal);
  const removed = await sanitizeTree(staged);
  if (removed.length > 0) printNote(`left out ${removed.length} devices, pipes or sockets`);
}

async function createStaging(parent: string): Promise<{ path: string } & AsyncDisposable> {
  try {
    const path = await mkdtemp(join(parent, ".forkd-cp-"));
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const message = isMissing ? `there is no directory ${parent}` : `${parent} cannot be written`;
    throw new CliError("host_path", message, {
      hint: "make the directory, or end its path with / to have it made",
      exitCode: isMissing ? EXIT.notFound : EXIT.failure,
      cause,
    });
  }
}
