import { chmod, mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { createOpenApiDocument } from "@forkd/contract";
import type { StopRequest } from "@forkd/contract";
import { LOCAL_USER, NEVER, keepClocks, noteUses } from "@forkd/core";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { doAtIntervals } from "./at-intervals.ts";
import { composeServices } from "./compose.ts";
import type { DaemonConfig } from "./config.ts";
import { lockDataDirectory } from "./data-lock.ts";
import { createGateway } from "./faces/gateway/gateway.ts";
import { createHandlers } from "./faces/v1/handlers.ts";
import { createServer } from "./http/server.ts";
import { trimLogs } from "./machines/trim-logs.ts";
import { recover } from "./machines/recover.ts";
import { adoptMachines } from "./machines/adopt-machines.ts";
import type { Leftovers } from "./machines/adopt-machines.ts";
import type { Services } from "./services.ts";
import { VERSION } from "./version.ts";

const TRIM_INTERVAL_MS = 5000;
/** The kernel takes some ms for each machine. */
const SAMPLE_INTERVAL_MS = 30_000;

/** A daemon that serves. `stopped` settles when it was told to stop, and has. */
export interface Daemon {
  readonly stopped: Promise<void>;
  stop(request: StopRequest): void;
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
  const asked = Promise.withResolvers<StopRequest>();
  const recovered = Promise.withResolvers<void>();
  const services = await composeServices({
    config,
    log,
    recovered: recovered.promise,
    stop: asked.resolve,
  });
  stack.defer(() => services.snapshots.close());
  stack.use(services.zygotes);
  stack.defer(() => services.registry.releaseAll());
  const noteUse = (): Promise<void> => noteUses(services.registry.living());
  const onUnnoted = (err: unknown): void => log.error({ err }, "use.not_noted");
  stack.defer(() => noteUse().catch(onUnnoted));
  stack.use(doAtIntervals(noteUse, SAMPLE_INTERVAL_MS, onUnnoted));
  stack.use(
    doAtIntervals(
      () => trimLogs(services),
      TRIM_INTERVAL_MS,
      (err) => log.error({ err }, "log.trim_failed"),
    ),
  );
  stack.use(
    doAtIntervals(
      () => services.usage.sample(services.registry.living()),
      SAMPLE_INTERVAL_MS,
      (err) => log.error({ err }, "usage.sample_failed"),
    ),
  );
  if (config.clockSecs > 0)
    stack.use(
      doAtIntervals(
        () => keepClocks(services.registry.living(), { signal: NEVER }),
        config.clockSecs * 1000,
        (err) => log.error({ err }, "clock.failed"),
      ),
    );
  stack.use(beginRecovery(services, await adoptMachines(services), recovered));
  const gateway = createGateway(services.operations, config.domain);
  const server = createServer(createHandlers(services), createOpenApiDocument(VERSION), log, gateway);
  stack.defer(() => server.close());
  await listen(server, config.socketPath);
  log.info({ socket: config.socketPath, dataDir: config.dataDir, version: VERSION }, "daemon.ready");
  const resources = stack.move();
  return {
    stop: asked.resolve,
    stopped: asked.promise.then((options) => shutDown(services, resources, options)),
  };
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

/** The lock is held, so a socket that is there already has no daemon behind it. */
async function listen(server: FastifyInstance, socketPath: string): Promise<void> {
  await rm(socketPath, { force: true });
  await server.listen({ path: socketPath });
  await chmod(socketPath, 0o600);
}

/** Requests that are under way see their caller gone, and undo what they had begun, before the lock is let go. */
async function shutDown(
  { operations, jobs, staged, log }: Services,
  resources: AsyncDisposableStack,
  { kill_sandboxes: kills, keep_suspended }: StopRequest,
): Promise<void> {
  await jobs.close();
  if (kills) await operations.killSandboxes(LOCAL_USER, { keep_suspended }, { signal: NEVER });
  await staged.storeAll();
  await resources.disposeAsync();
  log.info({ killSandboxes: kills }, "daemon.stopped");
}
