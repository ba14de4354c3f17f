import { runCommand } from "../process/run-command.ts";

/** How the host's administrator reaches mirrors: proxies, time-outs, and whether dates are checked. */
const INHERITED = /^Acquire::(?:https?|Retries|Check-Valid-Until|Check-Date)\b[^;]*;$/i;
const MAX_SETTINGS = 100;

/** The host's own apt settings about fetching, as lines of an apt.conf(5). */
export async function readFetchSettings(options: { signal: AbortSignal }): Promise<string[]> {
  const dump = await runCommand("apt-config", ["dump"], options);
  if (!dump.ok) return [];
  return dump.stdout
    .split("\n")
    .filter((line) => INHERITED.test(line) && !line.endsWith(' "";'))
    .slice(0, MAX_SETTINGS);
}
