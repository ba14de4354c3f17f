import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasNamespaces } from "../../packages/host/test/network/fake-guest.ts";
import { OTHER_PUBLIC, PORT, PRIVATE, PUBLIC, openWorld } from "../../packages/host/test/network/world.ts";
import { findProgram } from "../../packages/host/src/process/find-program.ts";
import { forkOne } from "../harness/fork-one.ts";
import { listProcesses } from "../harness/processes.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const TRY = `
import socket, sys
def attempt(address, patience):
    try:
        with socket.create_connection((address, ${PORT}), patience) as connection:
            connection.sendall(b"echo")
            return connection.recv(4).decode()
    except OSError:
        return "closed"
open, *closed = sys.argv[1:]
print(attempt(open, 60), *[attempt(address, 2) for address in closed])
`;
const hasPasst = hasNamespaces && (await findProgram("pasta")) !== undefined;

describe.runIf(hasPasst)("a sandbox with a network that needs no root", () => {
  const stack = new AsyncDisposableStack();
  let daemon: TestDaemon;
  let sandbox: Sandbox;

  beforeAll(async () => {
    stack.use(await openWorld());
    daemon = stack.use(await TestDaemon.start());
    sandbox = await forkOne(daemon, { network: { mode: "user", egress: "allow" } });
  });
  afterAll(() => stack.disposeAsync());

  /** What comes of a connection to an address that is open, and of others to some that are not. */
  async function attempt(open: string, ...closed: string[]): Promise<string> {
    const { stdout } = await sandbox.exec(["python3", "-c", TRY, open, ...closed]);
    return stdout.trim();
  }

  test("reaches what is public, and neither the host nor what is private", async () => {
    const network = { mode: "user", egress: "allow" };
    expect(sandbox.info).toMatchObject({ network, netns: null, guestAddr: null });
    const addresses = Object.values(networkInterfaces()).flat();
    const own = addresses.find(
      (address) => address?.internal === false && address.family === "IPv4",
    )?.address;
    expect(await attempt(PUBLIC, PRIVATE, String(own))).toBe("echo closed closed");
  });

  test("is as it was for the next daemon, which can change its policy", async () => {
    await daemon.kill();
    await daemon.start();
    expect(await attempt(PUBLIC)).toBe("echo");
    await sandbox.update({ network: { egress: [OTHER_PUBLIC] } });
    expect(await attempt(OTHER_PUBLIC, PUBLIC)).toBe("echo closed");
  });

  test("has another one when it was suspended, and works on", async () => {
    await sandbox.suspend();
    await sandbox.resume();
    expect(await attempt(OTHER_PUBLIC, PUBLIC)).toBe("echo closed");
  });

  test("leaves no process behind when it is gone", async () => {
    const note = join(daemon.dataDir, "networks", sandbox.id, "processes.json");
    const { inside } = JSON.parse(readFileSync(note, "utf8")) as { inside: { pid: number } };
    await sandbox.kill();
    // One that has ended has no command line, though nobody may have waited for it yet.
    expect(listProcesses().find(({ pid }) => pid === inside.pid)?.commandLine ?? "").toBe("");
    expect(() => readFileSync(note)).toThrow("ENOENT");
  });
});
