/** `npm run soak -- NAME [COUNT]`: what takes too long for the tests, and must not fail. */
import { readArguments, refuse } from "../scripts/read-arguments.ts";
import { prepareLanes } from "../tests/harness/global-setup.ts";
import { soakClients, soakOwnClients } from "./soak/clients.ts";
import { soakCycles } from "./soak/cycles.ts";
import { soakForks } from "./soak/forks.ts";
import { soakNetworks } from "./soak/networks.ts";
import { soakOutput } from "./soak/output.ts";
import { soakReconnects } from "./soak/reconnects.ts";
import { soakRequests } from "./soak/requests.ts";
import { soakZygotes } from "./soak/zygotes.ts";

interface Soak {
  readonly count: number;
  /** Whether it makes the parent by itself. */
  readonly hasOwnSetUp?: boolean;
  /** Whether it went as it must. */
  readonly run: (count: number) => Promise<boolean>;
}

const SOAKS: Readonly<Record<string, Soak>> = {
  /** Fuzzed requests, made of the OpenAPI document. */
  requests: {
    count: 20_000,
    run: (count) => soakRequests(count, seed()),
  },
  /** Forks and ends from eight clients, while machines, guests, zygotes and clients are killed by chance. */
  cycles: { count: 1000, run: (count) => soakCycles(count, seed()) },
  /** Forks from four clients, and the daemon's memory. */
  forks: { count: 600, run: soakForks },
  /** Fifty sandboxes driven at once by E2B's client, for so many seconds. */
  clients: { count: 120, run: soakClients },
  /** The same by our own. */
  "own-clients": { count: 120, run: soakOwnClients },
  /** So many MiB of a command's output through E2B's client, and the daemon's memory. */
  output: { count: 100, run: soakOutput },
  /** 250 children with a network each, then so many that come and go. */
  networks: { count: 1000, run: soakNetworks },
  /** Quick reconnects to the agents of a restored and of a copied machine. */
  reconnects: { count: 10_000, run: soakReconnects },
  /** The tests of zygotes and their copies, on one zygote. */
  zygotes: { count: 100, run: soakZygotes, hasOwnSetUp: true },
};

function seed(): number {
  return Number(process.env["SOAK_SEED"] ?? Date.now() % 2 ** 32);
}

const USAGE = `usage: npm run soak -- ${Object.keys(SOAKS).join("|")} [COUNT]`;
const [name = "", count] = readArguments(USAGE, { allowPositionals: true }).positionals;
const soak = SOAKS[name];
const times = Number(count ?? soak?.count);
if (soak === undefined || !Number.isSafeInteger(times) || times < 1) refuse(USAGE);
if (soak.hasOwnSetUp !== true) {
  console.log("==> the parent");
  await prepareLanes();
}
if (!(await soak.run(times))) process.exitCode = 1;
