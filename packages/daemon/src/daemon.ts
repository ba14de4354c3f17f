import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { LOCAL_USER, NEVER, suspendAll } from "@forkd/core";
import type { StopOrder } from "@forkd/core";
import type { Logger } from "pino";
import { composeServices } from "./compose.ts";
import type { DaemonConfig } from "./config.ts";
import { lockDataDirectory } from "./data-lock.ts";
import { recover } from "./machines/recover.ts";
import { adoptMachines } from "./machines/adopt-machines.ts";
import type { Leftovers } from "./machines/adopt-machines.ts";
import { publishAgain } from "./published/publish-again.ts";
import { serveFaces } from "./serve-faces.ts";
import type { Services } from "./services.ts";
import { keepUp, noteUse } from "./upkeep.ts";
import { VERSION } from "./version.ts";

/** A daemon that serves. `stopped` settles when it was told to stop, and has. */
export interface Daemon {
  readonly stopped: Promise<void>;
  stop(order: StopOrder): void;
}

/**
 * Starts the daemon: takes its data directory, looks at what an earlier one left, and listens on its socket. Machines
 * are taken over and what is half-done is undone while it serves already. Throws `daemon_running`.
 */
export async function startDaemon(config: DaemonConfig, log: Logger): Promise<Daemon> {
  await using stack = new AsyncDisposableStack();
  for (const path of [config.dataDir, config.cacheDir, dirname(config.socketPath)]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
  stack.use(lockDataDirectory(config));
  const asked = Promise.withResolvers<StopOrder>();
  const recovered = Promise.withResolvers<void>();
  const services = await composeServices({
    config,
    log,
    recovered: recovered.promise,
    stop: asked.resolve,
  });
  stack.use(services.tracing);
  if (services.audit) stack.use(services.audit);
  stack.use(services.webhooks);
  stack.defer(() => services.snapshots.close());
  stack.use(services.networks);
  stack.use(services.zygotes);
  stack.use(services.publisher);
  stack.defer(() => leaveLimits(services));
  stack.defer(() => services.registry.releaseAll());
  stack.defer(() => noteUse(services));
  stack.use(keepUp(services));
  const leftovers = await adoptMachines(services);
  await publishAgain(services);
  stack.use(beginRecovery(services, leftovers, recovered));
  stack.use(await serveFaces(services));
  log.info({ socket: config.socketPath, dataDir: config.dataDir, version: VERSION }, "daemon.ready");
  const resources = stack.move();
  return {
    stop: asked.resolve,
    stopped: asked.promise.then((order) => shutDown(services, resources, order)),
  };
}

/** The groups of machines that live on stay, with what they are in. */
async function leaveLimits({ limits, log }: Services): Promise<void> {
  await limits.removeUnused().catch((err: unknown) => log.warn({ err }, "limits.not_left"));
}

/** Recovers beside all else. What waits for it hears of its failure. Disposal calls it off and waits for its end. */
function beginRecovery(
  services: Services,
  leftovers: Leftovers,
  recovered: PromiseWithResolvers<void>,
): AsyncDisposable {
  const { log } = services;
  const abort = new AbortController();
  const work = recover(services, leftovers, abort);
  work.then(recovered.resolve, recovered.reject);
  recovered.promise.catch((err: unknown) => {
    if (!abort.signal.aborted) log.error({ err }, "recovery.failed");
  });
  return {
    async [Symbol.asyncDispose]() {
      abort.abort();
      await work.catch(() => {});
    },
  };
}

/** Requests that are under way see their caller gone, and undo what they had begun, before the lock is let go. */
async function shutDown(
  services: Services,
  resources: AsyncDisposableStack,
  { onExit, keepSuspended }: StopOrder,
): Promise<void> {
  const { operations, jobs, staged, log } = services;
  await jobs.close();
  if (onExit === "kill")
    await operations.killSandboxes(LOCAL_USER, { keep_suspended: keepSuspended }, { signal: NEVER });
  if (onExit === "suspend") await suspendInTime(services);
  await staged.storeAll();
  await resources.disposeAsync();
  log.info({ onExit }, "daemon.stopped");
}

/** Those that cannot be suspended run on. */
async function suspendInTime(services: Services): Promise<void> {
  const { config, log } = services;
  const signal = AbortSignal.timeout(config.exitSecs * 1000);
  const { failures } = await suspendAll(services, LOCAL_USER, { signal, onProgress: () => {} });
  for (const { id, failure } of failures) log.error({ id, err: failure }, "sandbox.not_suspended");
}
