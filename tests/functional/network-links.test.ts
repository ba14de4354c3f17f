import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasNamespaces } from "../../packages/host/test/network/fake-guest.ts";
import { listOurs } from "../../packages/host/test/network/what-is-there.ts";
import { PORT } from "../../packages/host/test/network/world.ts";
import { forkOne } from "../harness/fork-one.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { TRY_HOSTS } from "../harness/try-hosts.ts";

const ECHO = `require("node:net").createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(${PORT}, "0.0.0.0")`;

async function attempt(sandbox: Sandbox, ...hosts: string[]): Promise<string> {
  const { stdout } = await sandbox.exec(["python3", "-c", TRY_HOSTS, ...hosts]);
  return stdout.trim();
}

describe.runIf(hasNamespaces)("sandboxes that are linked", () => {
  const stack = new AsyncDisposableStack();
  let daemon: TestDaemon;
  let web: Sandbox;
  let db: Sandbox;
  let other: Sandbox;

  /** One with a server, in a group. */
  async function forkLinked(name: string, link: string): Promise<Sandbox> {
    const sandbox = await forkOne(daemon, { name, network: { mode: "netns", link } });
    await sandbox.spawn(["node", "-e", ECHO]);
    await sandbox.waitForPort(PORT);
    return sandbox;
  }

  beforeAll(async () => {
    daemon = stack.use(await TestDaemon.start({ env: { FORKD_NETNS_POOL: "0" } }));
    web = await forkLinked("web", "shop");
    db = await forkLinked("db", "shop");
    other = await forkLinked("other", "lab");
  });
  afterAll(() => stack.disposeAsync());

  test("reach each other and themselves, by name, id and address", async () => {
    expect(web.info).toMatchObject({
      network: { mode: "netns", egress: "deny", link: "shop" },
      linkAddr: expect.stringMatching(/^10\.42\.1\.\d+$/),
    });
    const hosts = ["db", db.id, "DB.shop.forkd.internal", db.info.linkAddr ?? "", "web"];
    expect(await attempt(web, ...hosts)).toBe("echo echo echo echo echo");
    expect(await attempt(db, "web")).toBe("echo");
  });

  test("are not met across groups", async () => {
    expect(await attempt(other, "db", "db.shop.forkd.internal", db.id)).toBe("unknown unknown unknown");
    expect(await attempt(web, "other")).toBe("unknown");
    expect(await attempt(other, "10.42.1.255")).toBe("closed");
  });

  test("are called what they are called now", async () => {
    await db.update({ name: "store" });
    expect(await attempt(web, "store", "db")).toBe("echo unknown");
    await db.update({ name: "db" });
  });

  test("stay so for the next daemon", async () => {
    const { linkAddr } = db.info;
    await daemon.kill();
    await daemon.start();
    // Whoever is asked has been adopted.
    expect(await attempt(db, "web")).toBe("echo");
    expect((await db.refresh()).linkAddr).toBe(linkAddr);
    expect(await attempt(web, "db", linkAddr ?? "")).toBe("echo echo");
    expect(await attempt(other, "db")).toBe("unknown");
  });

  test("are in no group while they are suspended, and in the same when they are resumed", async () => {
    const { linkAddr } = db.info;
    await db.suspend();
    expect(db.info).toMatchObject({ linkAddr: null, network: { link: "shop" } });
    expect(await attempt(web, "db")).toBe("unknown");
    await db.resume();
    expect((await db.refresh()).linkAddr).toBe(linkAddr);
    expect(await attempt(web, "db")).toBe("echo");
    expect(await attempt(db, "web")).toBe("echo");
  });

  test("have children that are linked only if that is said", async () => {
    const [plain] = await db.fork({ network: { mode: "netns" } });
    const [linked] = await db.fork({ name: "replica", network: { mode: "netns", link: "shop" } });
    expect(plain?.info).toMatchObject({ linkAddr: null, network: { link: null } });
    expect(await attempt(plain!, "web", web.info.linkAddr ?? "")).toBe("unknown closed");
    expect(await attempt(linked!, "web", "replica")).toBe("echo echo");
    expect(await attempt(web, "replica")).toBe("echo");
    await Promise.all([plain!.kill(), linked!.kill()]);
  });

  test("need a network namespace", async () => {
    for (const mode of ["none", "user"] as const)
      await expect(forkOne(daemon, { network: { mode, link: "shop" } })).rejects.toMatchObject({
        code: "invalid_request",
      });
  });

  test("leave nothing", async () => {
    await db.kill();
    expect(await attempt(web, "db")).toBe("unknown");
    await Promise.all([web.kill(), other.kill()]);
    expect(listOurs(daemon.dataDir)).toEqual([]);
  });
});
