import type { GuestAgent } from "@forkd/core";
import * as fc from "fast-check";
import { calm, connectAgent } from "../../packages/guest-client/test/dial.ts";
import { reply, settings, startHostileAgent } from "../../packages/guest-client/test/hostile-agent.ts";
import { EVALUATED } from "../../packages/guest-client/test/scripted-agent.ts";
import { mutatedJson } from "../mutate-json.ts";
import { mutated } from "../mutate.ts";
import type { FuzzTarget } from "../target.ts";
import { outcomeOf, requireOurs } from "../verdict.ts";

const kernel = { state: "absent", pid: null, version: null };
const HEALTH = {
  protocol: 1,
  agent_version: "1",
  pid: 1,
  uptime_ms: 5,
  realtime_ns: "1790000000000000000",
  kernels: { python: kernel, node: kernel },
};
const PROCESSES = { processes: [{ pid: 7, args: ["sleep", "9"], started_ms: 1, running: true, exit: null }] };
const FILE = {
  path: "a/b",
  type: "symlink",
  size: 1,
  mode: 511,
  uid: 0,
  gid: 0,
  owner: "root",
  group: "root",
  mtime_ns: "1790000000000000000",
  target: "c",
};
const CHANGES = [{ type: "opened" }, { type: "rename", name: "a", to: "b" }, { type: "remove", name: "" }];
const CONTEXTS = {
  contexts: [{ id: "python", language: "python", cwd: "/", state: "ready", pid: 7, version: "3.11.2" }],
};
const evaluation = { language: "python", code: "1", mode: "eval", timeoutMs: 1000 } as const;

/** Each request, and what an honest agent answers to one of them. */
const CALLS: readonly ((agent: GuestAgent) => Promise<unknown>)[] = [
  (agent) => agent.ping(calm),
  (agent) => agent.listProcesses(calm),
  (agent) => agent.evaluate(evaluation, calm),
  (agent) => Array.fromAsync(agent.evaluateStream(evaluation, calm)),
  (agent) => agent.contexts.list(calm),
  (agent) => agent.files.info({ path: "/a", follow: false }, calm),
  (agent) => Array.fromAsync(agent.files.list({ path: "/a", depth: 2 }, calm)),
  (agent) => Array.fromAsync(agent.files.watch({ path: "/a", recursive: true }, calm)),
];
const ANSWERS = [HEALTH, PROCESSES, EVALUATED, CONTEXTS, FILE];
const linesOf = (values: readonly object[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join("");
const honest = [
  ...ANSWERS.map((answer) => JSON.stringify(answer)),
  linesOf([FILE, FILE]),
  linesOf(CHANGES),
].map((body) => Buffer.concat([settings(), reply(1, body)]));
const oddBody = mutatedJson(ANSWERS)
  .filter((body) => body.length < 60_000)
  .map((body) => Buffer.concat([settings(), reply(1, body.toString("latin1"))]));

/** What an agent answers, from its frames up to its fields. */
export const agentReplies: FuzzTarget = {
  name: "agent-replies",
  async open() {
    let answer: Buffer = Buffer.alloc(0);
    const liar = await startHostileAgent(async (victim) => {
      victim.echo();
      await victim.request(1);
      await victim.send(answer);
      victim.socket.end();
    });
    const inputs = fc.record({
      bytes: fc.oneof(mutated(honest), oddBody),
      call: fc.nat(CALLS.length - 1),
    });
    return {
      property: fc.asyncProperty(inputs, async ({ bytes, call }) => {
        answer = bytes;
        await using agent = await connectAgent(liar);
        requireOurs(await outcomeOf(() => CALLS[call]?.(agent)));
      }),
      [Symbol.asyncDispose]: () => liar[Symbol.asyncDispose](),
    };
  },
};
