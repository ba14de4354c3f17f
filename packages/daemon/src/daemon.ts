import { chmod, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createOpenApiDocument } from "@forkd/contract";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { composeServices } from "./compose.ts";
import type { DaemonConfig } from "./config.ts";
import { lockDataDirectory } from "./data-lock.ts";
import { createServer } from "./http/server.ts";
import { adoptMachines } from "./machines/adoption.ts";
import { createMachineDirectories } from "./machines/directories.ts";
import { keepLogsShort } from "./machines/keep-logs-short.ts";
import { createGuestHandlers } from "./routes/guest.ts";
import { createImageHandlers } from "./routes/images.ts";
import { createJobHandlers } from "./routes/jobs.ts";
import { createPackHandlers } from "./routes/packs.ts";
import { createSandboxHandlers } from "./routes/sandboxes.ts";
import { createSnapshotHandlers } from "./routes/snapshots.ts";
import { createSystemHandlers } from "./routes/system.ts";
import type { Services } from "./services.ts";
import { VERSION } from "./version.ts";

/** A daemon that serves. `stopped` settles when it was told to stop, and has. */
export interface Daemon {
  readonly stopped: Promise<void>;
  stop(options: { killSandboxes: boolean }): void;
}

/**
 * Starts the daemon: takes its data directory, recovers what an earlier one left, and listens on its socket.
 * Throws `daemon_running`.
 */
export async function startDaemon(config: DaemonConfig, log: Logger): Promise<Daemon> {
  await using stack = new AsyncDisposableStack();
  for (const path of [config.dataDir, config.cacheDir, dirname(config.socketPath)]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
  stack.use(lockDataDirectory(config.dataDir));
  const asked = Promise.withResolvers<{ killSandboxes: boolean }>();
  const services = await composeServices(config, log, asked.resolve);
  await recover(services);
  stack.use(services.zygotes);
  stack.defer(() => services.registry.releaseAll());
  stack.use(keepLogsShort(services.registry, (err) => log.error({ err }, "log.trim_failed")));
  const server = createServer(collectHandlers(services), services.jobs, createOpenApiDocument(VERSION), log);
  stack.defer(() => server.close());
  await listen(server, config.socketPath);
  log.info({ socket: config.socketPath, dataDir: config.dataDir, version: VERSION }, "daemon.ready");
  const resources = stack.move();
  return {
    stop: asked.resolve,
    stopped: asked.promise.then((options) => shutDown(services, resources, options)),
  };
}

async function recover(services: Services): Promise<void> {
  const { config, log } = services;
  const directories = ["vms", "zygotes", "drafts"].map((name) => join(config.dataDir, name));
  await adoptMachines(services, [...directories, join(config.cacheDir, "tmp")], new AbortController().signal);
  const zygotes = await createMachineDirectories(join(config.dataDir, "zygotes")).list();
  for (const { directory } of zygotes) await directory[Symbol.asyncDispose]();
  const { removed } = await services.snapshots.recover();
  if (removed.length > 0) log.warn({ removed }, "store.recovered");
}

function collectHandlers(services: Services): Parameters<typeof createServer>[0] {
  return {
    ...createSystemHandlers(services),
    ...createImageHandlers(services),
    ...createSnapshotHandlers(services),
    ...createPackHandlers(services),
    ...createSandboxHandlers(services),
    ...createJobHandlers(services),
    ...createGuestHandlers(services.registry),
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
  { registry, jobs, lent, log }: Services,
  resources: AsyncDisposableStack,
  { killSandboxes }: { killSandboxes: boolean },
): Promise<void> {
  await jobs.close();
  if (killSandboxes) await Promise.all(registry.list().map(({ record }) => registry.remove(record.id)));
  await lent.storeAll({ signal: new AbortController().signal, onProgress: () => {} });
  await resources.disposeAsync();
  log.info({ killSandboxes }, "daemon.stopped");
}
