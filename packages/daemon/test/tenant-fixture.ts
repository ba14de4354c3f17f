import { createSandboxId } from "@forkd/contract";
import { KeptRecord, LOCAL_USER, NEVER, SuspendedSandbox } from "@forkd/core";
import type { Caller, SandboxRecord } from "@forkd/core";
import { pino } from "pino";
import { Access } from "../src/access/access.ts";
import { listenTcp } from "../src/access/listen-tcp.ts";
import { createE2bFace } from "../src/faces/e2b/face.ts";
import { admitToPort } from "../src/faces/gateway/admit-to-port.ts";
import { createGateway } from "../src/faces/gateway/gateway.ts";
import { createHandlers } from "../src/faces/v1/handlers.ts";
import { createServer } from "../src/http/server.ts";
import type { Services } from "../src/services.ts";
import { createRecord } from "./sandbox-record.ts";
import { composeUnstarted } from "./unstarted-daemon.ts";

const OPTIONS = { signal: NEVER, onProgress: () => {} };
const FILE = { name: "memory", sha256: "0".repeat(64), sizeBytes: 1, signature: "1" };
const ON_DISK = { atUnix: 1, memory: FILE, deviceState: FILE, disk: FILE };

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A daemon by TCP, with whatever two tenants, `acme` and `other`, are to have in it, and a token of each. */
export async function serveTenants() {
  await using stack = new AsyncDisposableStack();
  const daemon = stack.use(await composeUnstarted());
  const { services } = daemon;
  const access = new Access({ tokens: services.tokens, fixed: undefined, domain: "localhost" });
  const tcp = stack.use(await listen(services, access));
  const createToken = async (tenant: string | null): Promise<string> => {
    const request = { name: tenant ?? "anybody", scope: "use", ttl_secs: null, tenant } as const;
    return (await services.operations.createToken(LOCAL_USER, request, OPTIONS)).token;
  };
  const tokens = {
    acme: await createToken("acme"),
    other: await createToken("other"),
    everything: await createToken(null),
  };
  const ask = async (who: keyof typeof tokens, method: string, path: string, init: Sent = {}) => {
    const headers = { "x-forkd-token": tokens[who], "x-request-id": "r/1", ...init.headers };
    const answer = await fetch(`http://127.0.0.1:${tcp.port}${path}`, { method, ...init, headers });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const resources = stack.move();
  return { services, tokens, ask, port: tcp.port, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function listen(services: Services, access: Access) {
  const log = pino({ level: "silent" });
  const e2b = createE2bFace(services);
  const gateway = createGateway(services.operations, {
    admit: (request, id, kind) => admitToPort(services, request, id, kind),
    domain: "localhost",
    innerPorts: e2b.innerPorts,
    log,
  });
  const rateOf = ({ tenant }: Caller) => services.quotas.branchRate(tenant);
  const server = createServer(createHandlers(services), () => ({}), log, { gateway, rateOf });
  e2b.addTo(server);
  await server.ready();
  const bind = { host: "127.0.0.1", port: 0 };
  return await listenTcp(
    { bind, tls: undefined, access, log },
    { handle: server.routing.bind(server), gateway },
  );
}

/** A machine on disk that has no more of it than its record. */
export function addSuspended(services: Services, known: Partial<SandboxRecord>): SandboxRecord {
  const record = createRecord({ id: createSandboxId(), suspended: ON_DISK, ...known });
  const directory = { path: "/nowhere", [Symbol.asyncDispose]: async () => {} } as never;
  services.registry.addSuspended(
    new SuspendedSandbox({ record: new KeptRecord(record, async () => {}), directory }),
  );
  return record;
}
