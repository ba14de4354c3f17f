import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import * as fc from "fast-check";
import { startAgent } from "../../packages/guest-client/test/agent-fixture.ts";
import { calm, connectAgent } from "../../packages/guest-client/test/dial.ts";
import { FLAG, FRAME, frame, literal, settings } from "../../packages/guest-client/test/hostile-agent.ts";
import { mutatedJson } from "../mutate-json.ts";
import { mutated } from "../mutate.ts";
import type { FuzzTarget } from "../target.ts";
import { require } from "../verdict.ts";

const PREFACE = Buffer.from(
  `\nFORKD-RESYNC/1 ${"0123456789abcdef".repeat(2)}\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
);
/** What an agent may grow by, sanitizers included. */
const MOST_GROWTH_KIB = 400 * 1024;

const FORK = {
  sandbox_id: "sb_0123456789abcdef",
  child_index: 3,
  hostname: "h",
  machine_id: "0".repeat(32),
  realtime_ns: "1790000000000000000",
  entropy: "AAAA",
  env: { A: "b" },
  args: ["one"],
  files: [],
};

function request(method: string, path: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const fields = [
    literal(":method", method),
    literal(":scheme", "http"),
    literal(":path", path),
    literal(":authority", "a"),
  ];
  return Buffer.concat([
    PREFACE,
    settings(),
    frame(FRAME.headers, FLAG.endHeaders, 1, Buffer.concat(fields)),
    frame(FRAME.data, FLAG.endStream, 1, body),
  ]);
}

// Only what the agent, as a program of this host, does no harm by: it runs, writes and signals nothing for these.
const CONVERSATIONS = [
  request("GET", "/health"),
  request("GET", "/processes"),
  request("POST", "/clock", Buffer.from('{"realtime_ns":"1790000000000000000"}')),
];
const oddFork = mutatedJson([FORK])
  .filter((body) => body.length < 16_000)
  .map((body) => request("POST", "/fork", body));

/** The agent's frames and requests: the agent itself, as a program of this host. */
export const agentHttp: FuzzTarget = {
  name: "agent-http",
  async open() {
    const fixture = await startAgent();
    const before = await residentKib(fixture.pid);
    return {
      property: fc.asyncProperty(fc.oneof(mutated(CONVERSATIONS), oddFork), async (bytes) => {
        const socket = await fixture.dial();
        await say(socket, bytes);
        await using agent = await connectAgent(fixture);
        await agent.ping(calm);
        require((await residentKib(fixture.pid)) - before < MOST_GROWTH_KIB, "the agent has grown");
        socket.destroy();
      }),
      [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
    };
  },
};

/** Says all of it and hangs up. The agent reads to the end before it turns to the next connection. */
async function say(socket: Socket, bytes: Buffer): Promise<void> {
  socket.on("error", () => {}).resume();
  await Promise.race([new Promise<void>((resolve) => socket.end(bytes, resolve)), once(socket, "close")]);
}

async function residentKib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
}
