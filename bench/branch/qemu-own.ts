import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, connect } from "node:net";
import type { Socket } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { ensureDaemon, sample, summarize } from "@forkd/cli";
import type { Summary } from "@forkd/cli";
import type { Forkd } from "@forkd/sdk";
import { readConfig } from "@forkd/daemon";
import { QmpClient } from "../../packages/engine-qemu/src/qmp/client.ts";
import { stopDaemon } from "../stop-daemon.ts";
import { startLoad } from "./load.ts";

/** What QEMU itself offers to keep a machine's state, on the same machine at rest; its guest stands still for all of it. */
export interface QemuOwn {
  readonly savevm: Summary;
  readonly loadvm: Summary;
  readonly migrateToFile: Summary;
}

/** Relative to the directory of the machine, which QEMU runs in. */
const STREAM_SOCKET = "bench.sock";
const NEVER = new AbortController().signal;

/**
 * Times `savevm`, `loadvm` and a whole migration to a file with QEMU's own commands, in ms. The daemon is stopped
 * meanwhile: a machine that was copied has one monitor, and the daemon holds it.
 */
export async function measureQemuOwn(
  forkd: Forkd,
  tag: string,
  dirtyMib: number,
  runs: number,
): Promise<QemuOwn> {
  const [child] = await forkd.sandboxes.fork(tag);
  if (!child) throw new Error("the daemon forked nothing");
  await startLoad(child, { kind: "dirty", mib: dirtyMib });
  await stopDaemon(forkd, { killSandboxes: false });
  try {
    return await measureMachine(child.id, runs);
  } finally {
    await ensureDaemon(forkd.baseUrl.slice("unix:".length), { signal: NEVER });
    await forkd.sandboxes.killAll();
  }
}

async function measureMachine(id: string, runs: number): Promise<QemuOwn> {
  const directory = join(readConfig().dataDir, "vms", id);
  const monitor = connect(join(directory, "qmp.sock"));
  await once(monitor, "connect");
  using qmp = new QmpClient(monitor);
  const say = (line: string): Promise<unknown> =>
    qmp.execute("human-monitor-command", { "command-line": line }, { signal: NEVER });
  const savevm = summarize(await sample(runs, () => say("savevm bench")));
  const loadvm = summarize(await sample(runs, () => say("loadvm bench")));
  await say("delvm bench");
  const migrateToFile = summarize(await sample(runs, () => migrateOnce(qmp, directory)));
  return { savevm, loadvm, migrateToFile };
}

/** Its socket is in the machine's directory: a confined QEMU reaches no other. */
async function migrateOnce(qmp: QmpClient, directory: string): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const scratch = await mkdtemp(join(tmpdir(), "forkd-bench-"));
  stack.defer(() => rm(scratch, { recursive: true }));
  const server = createServer().listen({
    path: join(directory, STREAM_SOCKET),
    readableAll: true,
    writableAll: true,
  });
  stack.defer(() => void server.close());
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const stored = accepted.then(([stream]) => pipeline(stream, createWriteStream(join(scratch, "state"))));
  const run = (command: string, args: object = {}): Promise<unknown> =>
    qmp.execute(command, { ...args }, { signal: NEVER });
  await run("migrate-set-parameters", { "max-bandwidth": 64 * 2 ** 30 });
  await run("stop");
  await run("migrate", { uri: `unix:${STREAM_SOCKET}` });
  await waitForMigration(qmp);
  await stored;
  await run("cont");
}

async function waitForMigration(qmp: QmpClient): Promise<void> {
  for (;;) {
    const answer = await qmp.execute("query-migrate", {}, { signal: NEVER });
    const { status, "error-desc": why } = answer as Record<string, unknown>;
    if (status === "completed") return;
    if (status === "failed" || status === "cancelled")
      throw new Error(`QEMU's migration ${status}: ${String(why)}`);
    await delay(1);
  }
}
