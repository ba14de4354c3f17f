import { join } from "node:path";
import { listDirectory } from "@forkd/posix";
import type { Services } from "../services.ts";

/** Cuts the logs of machines that grew too long. */
export async function trimLogs(services: Pick<Services, "registry" | "config" | "logs">): Promise<void> {
  for (const directory of await listLogDirectories(services)) await services.logs.trim(directory);
}

/** Where machines write logs: sandboxes, zygotes, and the parents of snapshots that are being made. */
export async function listLogDirectories({
  registry,
  config,
}: Pick<Services, "registry" | "config">): Promise<string[]> {
  const [drafts, zygotes] = [join(config.dataDir, "drafts"), join(config.dataDir, "zygotes")];
  return [
    ...Array.from(registry.living(), ({ directory }) => directory),
    ...(await listDirectory(drafts)).map((name) => join(drafts, name, "machine")),
    ...(await listDirectory(zygotes)).map((name) => join(zygotes, name)),
  ];
}
