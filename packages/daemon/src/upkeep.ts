import { NEVER, keepClocks, noteUses } from "@forkd/core";
import { doAtIntervals } from "./at-intervals.ts";
import { trimLogs } from "./machines/trim-logs.ts";
import type { Services } from "./services.ts";

const TRIM_INTERVAL_MS = 5000;
/** The kernel takes some ms for each machine. */
const SAMPLE_INTERVAL_MS = 30_000;

/** Does what is to be done now and then for machines that live, until disposal. */
export function keepUp(services: Services): Disposable {
  const { config, log, registry, usage } = services;
  using stack = new DisposableStack();
  const keep = (work: () => Promise<void>, intervalMs: number, failure: string): void =>
    void stack.use(doAtIntervals(work, intervalMs, (err) => log.error({ err }, failure)));
  keep(() => noteUses(registry.living()), SAMPLE_INTERVAL_MS, "use.not_noted");
  keep(() => trimLogs(services), TRIM_INTERVAL_MS, "log.trim_failed");
  keep(() => usage.sample(registry.living()), SAMPLE_INTERVAL_MS, "usage.sample_failed");
  if (config.clockSecs > 0)
    keep(() => keepClocks(registry.living(), { signal: NEVER }), config.clockSecs * 1000, "clock.failed");
  return stack.move();
}

/** Notes when machines were used last. What cannot be noted is told. */
export async function noteUse({ registry, log }: Services): Promise<void> {
  try {
    await noteUses(registry.living());
  } catch (err) {
    log.error({ err }, "use.not_noted");
  }
}
