import { Sandbox } from "e2b";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  Signal,
  byTag,
  describeEvent,
  openProcessClient,
  readEvents,
  stdin,
  typeInto,
} from "../../packages/daemon/test/process-client.ts";
import type { ProcessClient } from "../../packages/daemon/test/process-client.ts";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";

let e2b: E2bDaemon;
let sandbox: Sandbox;
let client: ProcessClient;

beforeAll(async () => {
  e2b = await startForE2b("e2b-process");
  sandbox = await Sandbox.create(PARENT, e2b.options);
  client = open(sandbox);
});
afterAll(() => e2b[Symbol.asyncDispose]());

/** A client that sends what E2B's does not: tags, streams of input, both codecs. */
function open(of: Sandbox, isBinary = true): ProcessClient {
  const { envdAccessToken } = of as unknown as { envdAccessToken: string };
  const headers = {
    "e2b-sandbox-id": of.sandboxId,
    "e2b-sandbox-port": "49983",
    "x-access-token": envdAccessToken,
  };
  return openProcessClient({ baseUrl: e2b.baseUrl, headers, isBinary });
}

test.each([true, false])(
  "a process is called by its tag, and fed by a stream (binary: %s)",
  async (isBinary) => {
    const wire = open(sandbox, isBinary);
    const tag = `tag-${isBinary}`;
    const process = { cmd: "cat", envs: { A: "1" }, cwd: "/tmp" };
    const events = wire.start({ process, tag })[Symbol.asyncIterator]();
    const { value: first } = await events.next();
    const pid = Number(describeEvent(first?.event).replace("start ", ""));
    const { processes } = await wire.list({});
    expect(processes.find((one) => one.pid === pid)).toMatchObject({
      tag,
      config: { cmd: "cat", args: [], cwd: "/tmp", envs: { A: "1" } },
    });
    await wire.streamInput(typeInto(byTag(tag), "one ", "two "));
    await wire.sendInput({ ...byTag(tag), input: stdin("three") });
    await wire.closeStdin(byTag(tag));
    const told = (await readEvents({ [Symbol.asyncIterator]: () => events })).map((text) =>
      text.replace("stdout ", ""),
    );
    expect(told.join("")).toBe("one two threeexit status 0");
  },
);

test("a tag goes along into a fork, whose process is another", async () => {
  const events = client.start({ process: { cmd: "cat" }, tag: "kept" })[Symbol.asyncIterator]();
  await events.next();
  const [child] = await sandbox.fork();
  if (!(child instanceof Sandbox)) throw child;
  await open(child).sendSignal({ ...byTag("kept"), signal: Signal.SIGTERM });
  await expect.poll(() => tagsOf(open(child))).not.toContain("kept");
  expect(await tagsOf(client)).toContain("kept");
  await client.sendSignal({ ...byTag("kept"), signal: Signal.SIGKILL });
  expect(await readEvents({ [Symbol.asyncIterator]: () => events })).toEqual(["signal: killed"]);
  await child.kill();
});

async function tagsOf(of: ProcessClient): Promise<(string | undefined)[]> {
  return (await of.list({})).processes.map(({ tag }) => tag);
}

test.each([
  ["a tag that none has", () => client.connect(byTag("none")), "not_found"],
  ["neither pid nor tag", () => client.connect({}), "invalid_argument"],
  ["no command", () => client.start({}), "invalid_argument"],
  ["a command that is not there", () => client.start({ process: { cmd: "no-such" } }), "invalid_argument"],
  [
    "a terminal without a size",
    () => client.start({ process: { cmd: "true" }, pty: { size: { cols: 0, rows: 1 } } }),
    "invalid_argument",
  ],
])("%s is refused", async (_, ask, code) => {
  await expect(readEvents(ask())).rejects.toThrow(`[${code}]`);
});

test("a signal that is none, and input for none, are refused", async () => {
  await expect(client.sendSignal({ ...byTag("x"), signal: Signal.UNSPECIFIED })).rejects.toThrow(
    "[invalid_argument]",
  );
  await expect(client.streamInput(typeInto(byTag("none"), "x"))).rejects.toThrow("[not_found]");
  await expect(client.sendInput({ ...byTag("none"), input: stdin("x") })).rejects.toThrow("[not_found]");
});

test("what is used, and what the environment is, is told without Connect", async () => {
  const ask = async (path: string): Promise<unknown> => {
    const { envdAccessToken } = sandbox as unknown as { envdAccessToken: string };
    const headers = {
      "e2b-sandbox-id": sandbox.sandboxId,
      "e2b-sandbox-port": "49983",
      "x-access-token": envdAccessToken,
    };
    return await (await fetch(`${e2b.baseUrl}${path}`, { headers })).json();
  };
  expect(await ask("/envs")).toMatchObject({ FROM_PARENT: "yes", FORKD_SANDBOX_ID: sandbox.sandboxId });
  const metrics = (await ask("/metrics")) as Record<string, number>;
  expect(metrics).toMatchObject({ cpu_count: 1 });
  expect(metrics["mem_used"]).toBeLessThan(metrics["mem_total"] ?? 0);
});
