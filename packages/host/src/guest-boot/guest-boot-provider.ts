import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { namingDiskFull } from "@forkd/contract";
import type { GuestBoot, GuestBootProvider, ProgressOptions } from "@forkd/core";
import { Semaphore, throwIfAborted } from "@forkd/core";
import { z } from "zod";
import { sha256Of } from "@forkd/posix";
import { ensureCacheEntry } from "../files/cache-entry.ts";
import type { AgentBuild } from "./agent-build.ts";
import { ensureAgent } from "./agent-build.ts";
import type { GuestKernel } from "./guest-kernel.ts";
import { ensureGuestKernel } from "./guest-kernel.ts";
import { packInitramfs, stageInitramfs } from "./initramfs.ts";
import { digestFile } from "../files/digest-file.ts";

/** Raised when the layout of the archive changes. */
const INITRAMFS_FORMAT = 2;

export interface GuestBootProviderOptions {
  readonly cacheDir: string;
  /** The `guest/` directory of the sources. */
  readonly guestSourceDir: string;
  /** A Debian mirror, such as `http://deb.debian.org/debian`, the default. */
  readonly mirror?: string;
}

/** Fetches Debian's cloud kernel and builds the agent, once; both and the initramfs are cached by content. */
export function createGuestBootProvider(options: GuestBootProviderOptions): GuestBootProvider {
  // Who comes second finds what the first made.
  const turns = new Semaphore(1);
  return {
    async provide(call: ProgressOptions): Promise<GuestBoot> {
      using _turn = await turns.acquire("the guest kernel and agent", call);
      return provide(options, call);
    },
  };
}

async function provide(options: GuestBootProviderOptions, call: ProgressOptions): Promise<GuestBoot> {
  throwIfAborted(call.signal, "providing the guest kernel and agent");
  const cacheDir = join(options.cacheDir, "guest-boot");
  return namingDiskFull(options.cacheDir, "the guest kernel and agent", async () => {
    const kernel = await ensureGuestKernel(cacheDir, options.mirror, call);
    const agent = await ensureAgent(cacheDir, options.guestSourceDir, call);
    const initramfs = await ensureInitramfs(cacheDir, kernel, agent, call);
    return {
      kernelPath: join(kernel.directory, "vmlinuz"),
      initramfsPath: join(initramfs.directory, "initramfs"),
      kernelVersion: kernel.entry.version,
      kernelSha256: kernel.entry.sha256,
      initramfsSha256: initramfs.entry.sha256,
      agentVersion: agent.entry.version,
    };
  });
}

async function ensureInitramfs(
  cacheDir: string,
  kernel: GuestKernel,
  agent: AgentBuild,
  call: ProgressOptions,
) {
  const key = sha256Of(JSON.stringify([INITRAMFS_FORMAT, kernel.directory, kernel.entry, agent.directory]));
  const path = join(cacheDir, "initramfs", key.slice(0, 32));
  return ensureCacheEntry(path, z.object({ sha256: z.string() }), async (directory) => {
    call.onProgress({ step: "initramfs", message: "packing the initramfs" });
    const root = join(directory, "root");
    await mkdir(root, { mode: 0o700 });
    await stageInitramfs(root, {
      agentDirectory: agent.directory,
      agentFiles: agent.entry.files,
      moduleDirectory: join(kernel.directory, "modules"),
      modules: kernel.entry.modules,
    });
    const output = join(directory, "initramfs");
    await packInitramfs(root, output, call);
    await rm(root, { recursive: true });
    return { sha256: await digestFile(output, call) };
  });
}
