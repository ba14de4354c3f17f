import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtempDisposable, readFile, stat, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SandboxId } from "@forkd/contract";
import { NEVER } from "@forkd/core";
import type { EgressPolicy, NetworkLease } from "@forkd/core";
import { findProcess, isProcessAlive, listDirectory, listPids, unlessMissing } from "@forkd/posix";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMachineUsers } from "../../src/confinement/machine-users.ts";
import { UserNetworks } from "../../src/network/user/user-networks.ts";
import type { UserNote } from "../../src/network/user/user-note.ts";
import { findProgram } from "../../src/process/find-program.ts";
import { CONNECT, TALK, hasNamespaces } from "./fake-guest.ts";
import type { Outcome } from "./fake-guest.ts";
import { ASK, openNames } from "./name-world.ts";
import { METADATA, OTHER_PUBLIC, PORT, PRIVATE, PUBLIC, WORLD_TIMEOUT_MS, openWorld } from "./world.ts";

const run = promisify(execFile);

async function listProcessesOf(uid: number): Promise<number[]> {
  const owned = (await listPids()).map(async (pid) => {
    const facts = await unlessMissing(stat(`/proc/${pid}`));
    return facts?.uid === uid ? [pid] : [];
  });
  return (await Promise.all(owned)).flat();
}

/** The tests make a world outside of the host, which takes root, and leave networks to ordinary users. */
const hasPasst = hasNamespaces && (await findProgram("pasta")) !== undefined;
const UIDS = createMachineUsers(300_000);

describe.runIf(hasPasst)("a network without privileges", () => {
  const stack = new AsyncDisposableStack();
  let dataDir: string;
  let networks: UserNetworks;

  beforeAll(async () => {
    stack.use(await openWorld());
    dataDir = stack.use(await mkdtempDisposable(join(tmpdir(), "forkd-user-"))).path;
    networks = stack.use(open());
  }, WORLD_TIMEOUT_MS);
  afterAll(() => stack.disposeAsync());

  /** As another daemon of the same data directory has them. */
  function open(poolSize = 0, nameServers?: readonly string[], nextUid = UIDS): UserNetworks {
    return new UserNetworks({
      dataDir,
      poolSize,
      nameServers,
      nextUid,
      onError: (error) => {
        throw error;
      },
    });
  }

  function lease(name: string, egress: EgressPolicy = "deny"): Promise<NetworkLease> {
    return networks.lease(
      { sandboxId: `sb_${name}` as SandboxId, tenant: null, mode: "user", egress },
      { signal: NEVER },
    );
  }

  const list = (): Promise<string[]> => listDirectory(join(dataDir, "networks"));
  const readNote = async (name: string): Promise<UserNote> =>
    JSON.parse(await readFile(join(dataDir, "networks", name, "processes.json"), "utf8")) as UserNote;

  /** Has a program run where passt(1) connects what a guest asks for. */
  async function enter(name: string, script: string, ...args: string[]): Promise<string[]> {
    const { inside } = await readNote(`sb_${name}`);
    const place = ["-t", `${inside.pid}`, "--user", "--net", "--setuid=0", "--setgid=0"];
    return [...place, process.execPath, "-e", script, ...args];
  }

  async function attempt(name: string, ...addresses: string[]): Promise<Outcome[]> {
    return Promise.all(addresses.map((address) => attemptPort(name, address, PORT)));
  }

  async function attemptPort(name: string, address: string, port: number): Promise<Outcome> {
    const { stdout } = await run("nsenter", await enter(name, CONNECT, address, `${port}`, ""));
    return stdout.trim() as Outcome;
  }

  test("reaches what its policy names, and neither the host nor what is private", async () => {
    await using one = await lease("one");
    expect(await attempt("one", PUBLIC)).toEqual(["refused"]);
    await one.setEgress("allow", { signal: NEVER });
    expect(await attempt("one", PUBLIC, PRIVATE, METADATA)).toEqual(["connected", "refused", "refused"]);
    await one.setEgress([OTHER_PUBLIC, PRIVATE], { signal: NEVER });
    expect(await attempt("one", PUBLIC, OTHER_PUBLIC, PRIVATE)).toEqual([
      "refused",
      "connected",
      "connected",
    ]);
  });

  test("reaches what the names of its policy turn out to be, and nothing private by them", async () => {
    using names = await openNames({ "one.example": [PUBLIC], "bound.example": [PRIVATE] });
    await using named = open(0, [names.server]);
    const order = {
      sandboxId: "sb_named" as SandboxId,
      tenant: null,
      mode: "user",
      egress: ["*.example"],
    } as const;
    await using lease = await named.lease(order, { signal: NEVER });
    expect(await attempt("named", PUBLIC)).toEqual(["refused"]);
    const ask = async (server: string, ...of: string[]): Promise<unknown> =>
      JSON.parse((await run("nsenter", await enter("named", ASK, server, "A", ...of))).stdout);
    expect(await ask("192.0.2.53", "one.example", "bound.example", "other.test")).toEqual([
      [PUBLIC],
      "ENODATA",
      "ENOTFOUND",
    ]);
    expect(await attempt("named", PUBLIC, OTHER_PUBLIC, PRIVATE)).toEqual([
      "connected",
      "refused",
      "refused",
    ]);
    await lease.setEgress([OTHER_PUBLIC], { signal: NEVER });
    expect(await attempt("named", PUBLIC, OTHER_PUBLIC)).toEqual(["refused", "connected"]);
  });

  test("reaches the host where that is named, and its loopback never", async () => {
    const server = createServer((socket) => socket.end()).listen(0, "0.0.0.0");
    await once(server, "listening");
    stack.defer(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const addresses = Object.values(networkInterfaces()).flatMap((of) => of ?? []);
    const { address } = addresses.find(({ internal, family }) => !internal && family === "IPv4")!;
    await using one = await lease("host", "allow");
    expect(await attemptPort("host", address, port)).toBe("refused");
    await one.setEgress([address, "127.0.0.1"], { signal: NEVER });
    expect(await attemptPort("host", address, port)).toBe("connected");
    expect(await attemptPort("host", "127.0.0.1", port)).toBe("refused");
  });

  test("ends a connection that is open when that is closed", async () => {
    await using one = await lease("open", "allow");
    const connection = spawn("nsenter", await enter("open", TALK, PUBLIC, `${PORT}`));
    connection.stdin.write("hello");
    expect(String((await once(connection.stdout, "data"))[0])).toBe("hello");
    await one.setEgress("deny", { signal: NEVER });
    connection.stdin.write("more");
    await once(connection, "exit");
  });

  test("ends with what is connected to it", async () => {
    await using one = await lease("off");
    const { inside, outside } = await readNote("sb_off");
    if (one.backend.kind !== "stream") throw new Error("its backend is no stream");
    const socket = connect(one.backend.socketPath);
    await once(socket, "connect");
    socket.destroy();
    await expect.poll(() => [inside, outside].some(isProcessAlive), { timeout: 60_000 }).toBe(false);
    await expect(one.setEgress("allow", { signal: NEVER })).rejects.toMatchObject({ code: "network_failed" });
  });

  test("has no process that may write to what names those that a daemon ends", async () => {
    await using _ = await lease("apart");
    const directory = join(dataDir, "networks", "sb_apart");
    const { outside } = await readNote("sb_apart");
    const { uid } = await stat(`/proc/${outside.pid}`);
    expect(await stat(join(directory, "run"))).toMatchObject({ uid });
    expect(await stat(directory)).toMatchObject({ uid: 0, mode: 0o040700 });
    expect(uid).not.toBe(0);
  });

  test("is taken over by the next daemon, which ends those that no machine has", async () => {
    await lease("kept");
    await lease("dead");
    const dead = await readNote("sb_dead");
    await using next = open();
    await next.removeStale(new Set(["sb_kept"]));
    expect(await list()).toEqual(["sb_kept"]);
    expect(isProcessAlive(dead.inside)).toBe(false);
    expect(await next.adopt("sb_dead" as SandboxId, "deny", { signal: NEVER })).toBeUndefined();
    await using adopted = await next.adopt("sb_kept" as SandboxId, [PUBLIC], { signal: NEVER });
    expect(adopted?.guest?.addresses[0]).toBe("10.42.0.2/24");
    expect(await attempt("kept", PUBLIC, OTHER_PUBLIC)).toEqual(["connected", "refused"]);
    await adopted?.[Symbol.asyncDispose]();
    expect(await list()).toEqual([]);
  });

  test("is one that was ready, where there is one that lives", async () => {
    const pooled = open(1);
    const order = { sandboxId: "sb_first" as SandboxId, tenant: null, mode: "user", egress: "deny" } as const;
    await using _first = await pooled.lease(order, { signal: NEVER });
    const ready = async (): Promise<string[]> => (await list()).filter((name) => name.startsWith("ready-"));
    await expect.poll(async () => readNote((await ready())[0] ?? ""), { timeout: 60_000 }).toBeDefined();
    const { inside } = await readNote((await ready())[0] ?? "");
    process.kill(inside.pid, "SIGKILL");
    await expect.poll(() => isProcessAlive(inside), { timeout: 60_000 }).toBe(false);
    await using _next = await pooled.lease(
      { ...order, sandboxId: "sb_next" as SandboxId },
      { signal: NEVER },
    );
    expect((await readNote("sb_next")).inside).not.toEqual(inside);
    await pooled[Symbol.asyncDispose]();
    expect(await ready()).toEqual([]);
  });

  test("of a daemon that is killed while it makes one leaves no process", async () => {
    const place = join(dataDir, "networks");
    const before = await list();
    const args = ["--conditions=@forkd/source", join(import.meta.dirname, "lease-user-network.ts"), dataDir];
    const daemon = spawn(process.execPath, args, { stdio: "ignore" });
    const exited = once(daemon, "exit");
    // Its processes have begun then, and have not said that they are ready.
    const findOwner = async (): Promise<number> => {
      const name = (await list()).find((one) => !before.includes(one)) ?? "none";
      return (await unlessMissing(stat(join(place, name, "run", "pasta.log"))))?.uid ?? 0;
    };
    await expect.poll(findOwner, { timeout: 50_000, interval: 5 }).toBeGreaterThan(0);
    const owner = await findOwner();
    daemon.kill("SIGKILL");
    await exited;
    await expect.poll(() => listProcessesOf(owner), { timeout: 50_000 }).toEqual([]);
    await networks.removeStale(new Set());
    expect(await list()).toEqual([]);
  });

  test("whose program fails and leaves a process ends that, and says why", async () => {
    // Its processes have a /tmp of their own.
    await using bin = await mkdtempDisposable("/var/tmp/forkd-bin-");
    await chmod(bin.path, 0o755);
    const said = "#!/bin/sh\necho no tap here >&2\nsleep 1000 &\nexit 1\n";
    await writeFile(join(bin.path, "pasta"), said, { mode: 0o755 });
    let uid = 0;
    const broken = open(0, undefined, () => (uid = UIDS()));
    const path = process.env["PATH"];
    process.env["PATH"] = `${bin.path}:${path}`;
    try {
      const order = {
        sandboxId: "sb_broken" as SandboxId,
        tenant: null,
        mode: "user",
        egress: "deny",
      } as const;
      await expect(broken.lease(order, { signal: NEVER })).rejects.toMatchObject({
        code: "network_failed",
      });
    } finally {
      process.env["PATH"] = path;
    }
    const left = (await listProcessesOf(uid)).map(findProcess);
    expect(left.filter((name) => name && isProcessAlive(name))).toEqual([]);
    expect(await list()).toEqual([]);
  });

  test("that cannot be made says why, and leaves nothing", async () => {
    const order = {
      sandboxId: `sb_${"x".repeat(100)}` as SandboxId,
      tenant: null,
      mode: "user",
      egress: "deny",
    } as const;
    await expect(networks.lease(order, { signal: NEVER })).rejects.toMatchObject({
      code: "requirement_missing",
      message: expect.stringContaining("shorter path") as string,
    });
    expect(await list()).toEqual([]);
  });
});
