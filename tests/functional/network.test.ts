import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasNamespaces } from "../../packages/host/test/network/fake-guest.ts";
import {
  METADATA,
  OTHER_PUBLIC,
  PORT,
  PRIVATE,
  PUBLIC,
  openWorld,
} from "../../packages/host/test/network/world.ts";
import { forkOne } from "../harness/fork-one.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const SERVER = `require("node:net").createServer((socket) => socket.on("error", () => {}).end("hello")).listen(7000, "0.0.0.0")`;
const TRY = `
import socket, sys
def attempt(address):
    try:
        with socket.create_connection((address, ${PORT}), 60):
            return "connected"
    except OSError as error:
        return type(error).__name__
print([attempt(address) for address in sys.argv[1:]])
`;
const REFUSED = "'ConnectionRefusedError'";
const CONNECTED = "'connected'";

async function attempt(sandbox: Sandbox, ...addresses: string[]): Promise<string> {
  const { stdout } = await sandbox.exec(["python3", "-c", TRY, ...addresses]);
  return stdout.trim();
}

/** What a server in a guest says to the host. */
async function hear(sandbox: Sandbox): Promise<string> {
  const socket = connect(7000, sandbox.info.guestAddr ?? "");
  await once(socket, "connect");
  return text(socket);
}

const listNamespaces = (): string => execFileSync("ip", ["netns"], { encoding: "utf8" });

describe.runIf(hasNamespaces)("a sandbox in a network namespace of its own", () => {
  const stack = new AsyncDisposableStack();
  let daemon: TestDaemon;
  let sandbox: Sandbox;

  beforeAll(async () => {
    stack.use(await openWorld());
    daemon = stack.use(await TestDaemon.start());
    sandbox = await forkOne(daemon, { network: { mode: "netns" } });
    await sandbox.spawn(["node", "-e", SERVER]);
    await sandbox.waitForPort(7000);
  });
  afterAll(() => stack.disposeAsync());

  test("is reached by the host, and reaches nothing", async () => {
    expect(sandbox.info).toMatchObject({
      network: { mode: "netns", egress: "deny" },
      netns: expect.stringMatching(/^forkd-child-\d+$/),
    });
    const sent = async () => (await sandbox.metrics()).guest?.networkSentBytes ?? NaN;
    const before = await sent();
    expect(await hear(sandbox)).toBe("hello");
    expect(await sent()).toBeGreaterThan(before);
    expect(await attempt(sandbox, PUBLIC, PRIVATE, METADATA)).toBe(`[${REFUSED}, ${REFUSED}, ${REFUSED}]`);
  });

  test("reaches what it is allowed to from the moment that this changes", async () => {
    await sandbox.update({ network: { egress: [PUBLIC] } });
    expect(await attempt(sandbox, PUBLIC, OTHER_PUBLIC)).toBe(`[${CONNECTED}, ${REFUSED}]`);
    await sandbox.update({ network: { egress: "deny" } });
    expect(await attempt(sandbox, PUBLIC)).toBe(`[${REFUSED}]`);
  });

  test("is as it was for the next daemon, with its policy", async () => {
    await sandbox.update({ network: { egress: "allow" } });
    const { netns, guestAddr } = sandbox.info;
    await daemon.kill();
    await daemon.start();
    expect(await sandbox.refresh()).toMatchObject({ netns, guestAddr, network: { egress: "allow" } });
    expect(await hear(sandbox)).toBe("hello");
    expect(await attempt(sandbox, PUBLIC, PRIVATE)).toBe(`[${CONNECTED}, ${REFUSED}]`);
  });

  test("has another one when it was suspended, and works on", async () => {
    const { netns } = sandbox.info;
    await sandbox.suspend();
    expect(sandbox.info).toMatchObject({ netns: null, guestAddr: null, network: { mode: "netns" } });
    expect(listNamespaces()).not.toMatch(new RegExp(`^${netns}\\b`, "m"));
    await sandbox.resume();
    expect(await hear(sandbox)).toBe("hello");
    expect(await attempt(sandbox, PUBLIC)).toBe(`[${CONNECTED}]`);
  });

  test("meets no sibling, and is gone with its namespace", async () => {
    const siblings = await daemon.forkd.sandboxes.fork(sandbox.info.snapshotTag, {
      n: 2,
      perChildNetns: true,
    });
    const [one, other] = siblings as unknown as [Sandbox, Sandbox];
    expect(one.info.guestAddr).not.toBe(other.info.guestAddr);
    expect(await attempt(one, other.info.guestAddr ?? "")).toBe(`[${REFUSED}]`);
    await Promise.all([one.kill(), other.kill()]);
    for (const { info } of [one, other])
      expect(listNamespaces()).not.toMatch(new RegExp(`^${info.netns}\\b`, "m"));
  });

  test("a sandbox without a network has none to change, and a policy needs one", async () => {
    const plain = await forkOne(daemon);
    await expect(plain.update({ network: { egress: "allow" } })).rejects.toMatchObject({
      code: "no_network",
    });
    await expect(forkOne(daemon, { network: { egress: "allow" } })).rejects.toMatchObject({
      code: "invalid_request",
    });
    await expect(
      forkOne(daemon, { network: { mode: "netns", egress: ["10.0.0.0/64"] } }),
    ).rejects.toMatchObject({
      code: "invalid_request",
    });
    await plain.kill();
  });
});
