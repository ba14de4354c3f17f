import { join } from "node:path";
import { listDirectory } from "@forkd/posix";
import type { MachineLogs } from "@forkd/core";
import type { Services } from "../services.ts";

const INTERVAL_MS = 5000;

/** Now and then cuts the logs of machines that grew too long. */
export function trimLogsAtIntervals(
  logs: MachineLogs,
  listDirectories: () => Promise<readonly string[]>,
  onError: (error: unknown) => void,
): Disposable {
  let isTrimming = false;
  const trimAll = async (): Promise<void> => {
    if (isTrimming) return;
    isTrimming = true;
    try {
      for (const directory of await listDirectories()) await logs.trim(directory);
    } finally {
      isTrimming = false;
    }
  };
  const timer = setInterval(() => void trimAll().catch(onError), INTERVAL_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
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
