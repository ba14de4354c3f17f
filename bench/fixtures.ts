/**
 * `npm run bench:fixtures [-- --quick]`: databases for tests, what networks cost, and their peers, in one run on this
 * machine. Writes `bench/results/fixtures.json`, and prints a table.
 */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { ensureDaemon, ensureParent } from "@forkd/cli";
import type { Summary } from "@forkd/cli";
import { composeServices, readConfig } from "@forkd/daemon";
import { Forkd } from "@forkd/sdk";
import { pino } from "pino";
import { measureDatabases } from "./fixtures/databases.ts";
import { measureAddress, measureNetworks } from "./fixtures/networks.ts";
import type { FixtureResults } from "./fixtures/results.ts";
import { measureServers } from "./fixtures/servers.ts";
import type { Servers } from "./fixtures/servers.ts";
import { renderFixtureTable } from "./fixtures/table.ts";
import { isQuickRun } from "./is-quick-run.ts";
import { describeMachine } from "./machine.ts";
import { measurePorts } from "./measures/ports.ts";
import { unpackImage } from "./peers/root-tree.ts";
import { stopDaemon } from "./stop-daemon.ts";

const RECIPE = "postgres-fixture";
const TAG = "py-numpy";
const isQuick = isQuickRun("bench:fixtures");
const runs = (full: number): number => (isQuick ? Math.max(3, Math.ceil(full / 10)) : full);
const { signal } = new AbortController();

await using forkd = new Forkd({ startDaemon: false });
const socketPath = forkd.baseUrl.slice("unix:".length);
await ensureDaemon(socketPath, { signal });
try {
  const results = await measure();
  await mkdir("bench/results", { recursive: true });
  await writeFile("bench/results/fixtures.json", `${JSON.stringify(results, undefined, 2)}\n`);
  console.log(renderFixtureTable(results));
} finally {
  await forkd.stop({ killSandboxes: true });
}

async function measure(): Promise<FixtureResults> {
  tell("the parents");
  await promisify(execFile)("bin/forkd", ["recipe", "build", RECIPE]);
  await ensureParent(forkd, TAG, { signal });
  const parent = { forkd, tag: TAG };
  // A daemon copies children once it has restored some.
  await measureDatabases(forkd, RECIPE, { n: 10, runs: 1 });
  const counts = { transfers: runs(10), trips: runs(1000) };
  const machine = await describeMachine(forkd);
  tell("databases");
  const databases = [
    await measureDatabases(forkd, RECIPE, { n: 1, runs: runs(50) }),
    await measureDatabases(forkd, RECIPE, { n: 20, runs: runs(10) }),
    await measureDatabases(forkd, RECIPE, { n: 100, runs: runs(5) }),
  ];
  tell("the same server natively");
  const servers = await measureNatively();
  tell("networks");
  const networks = await measureNetworks(parent, runs(50));
  const publishedPort = await measurePorts(forkd, TAG, counts);
  const guestAddress = await measureAddress(parent, counts);
  const measuredAt = new Date().toISOString();
  const command = `npm run bench:fixtures${isQuick ? " -- --quick" : ""}`;
  const netnsUnpooled = await measureUnpooled(runs(20));
  return {
    command,
    measuredAt,
    machine,
    databases,
    servers,
    networks,
    netnsUnpooled,
    publishedPort,
    guestAddress,
  };
}

/** Both need root: chroot(2), and other users. */
async function measureNatively(): Promise<Servers | null> {
  if (process.getuid?.() !== 0) return null;
  const config = readConfig();
  const { images } = await composeServices({ config, log: pino({ level: "silent" }) });
  const { imageId } = await forkd.snapshots.get(RECIPE);
  const image = await images.open(imageId ?? "", { signal });
  const root = await unpackImage(image.path, image.id, config.cacheDir);
  return measureServers(root, { cold: runs(10), template: runs(50) });
}

/** The last of all. A daemon that is started on demand inherits the environment. */
async function measureUnpooled(count: number): Promise<Summary> {
  process.env["FORKD_NETNS_POOL"] = "0";
  await stopDaemon(forkd, { killSandboxes: true });
  await ensureDaemon(socketPath, { signal });
  const { netns } = await measureNetworks({ forkd, tag: TAG }, count);
  return netns;
}

function tell(what: string): void {
  console.error(`==> ${what}`);
}
