import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, copyFile, readFile, realpath, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo, ListenOptions } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FIRST_FILE_FD, MEMORY_FD, OVERLAY_FD } from "../src/argv/descriptors.ts";
import { MACHINE_FILES } from "../src/machine-files.ts";
import { launchVmm } from "../src/process/launch.ts";
import type { Launcher } from "../src/process/launch.ts";
import { spawnVmm } from "../src/process/spawn-vmm.ts";
import { waitForChild } from "../src/process/vmm-exit.ts";
import { ZygoteControl } from "../src/zygote/zygote-control.ts";
import { readLauncher, soon, Workspace } from "./fixture.ts";

const SOURCE = fileURLToPath(new URL("intruder.c", import.meta.url));
const NOBODY = 65_534;
const OWN_FILES = [MACHINE_FILES.overlay, MACHINE_FILES.console, MACHINE_FILES.vmmLog];
const isRoot = process.getuid?.() === 0;

/** What a filter of system calls alone does not refuse to a process of the daemon's user. */
const LEFT_BY_FILTER = [
  "connect to a socket of the host",
  "connect to an abstract socket",
  "make a file in its directory",
  "open a sibling's memory",
  "open the image again to write",
  "open the snapshot's memory again to write",
  "read a file of the daemon",
  "write a sibling's disk",
  "write the snapshot's memory by its path",
];

/** Copies a program, so that everybody can run it. */
async function copyForAll(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await chmod(to, 0o755);
}

/** Each attempt with whether it was refused. */
function parseReport(log: string): { allowed: string[]; refused: string[] } {
  const lines = log.split("\n").filter((line) => line.includes(": "));
  const named = (word: string): string[] =>
    lines.filter((line) => line.includes(`: ${word}`)).map((line) => line.split(":", 1)[0] ?? "");
  return { allowed: named("ALLOWED").toSorted(), refused: named("refused") };
}

describe("a program in QEMU's place", () => {
  const stack = new AsyncDisposableStack();
  let workspace: Workspace;
  let intruder: string;
  let attempts: string[];
  let machines = 0;

  beforeAll(async () => {
    workspace = stack.use(await Workspace.create());
    intruder = workspace.file("intruder");
    const numbers = { OVERLAY_FD, MEMORY_FD, IMAGE_FD: FIRST_FILE_FD };
    const defined = Object.entries(numbers).map(([name, fd]) => `-D${name}=${fd}`);
    await promisify(execFile)("cc", ["-std=gnu11", ...defined, "-o", intruder, SOURCE]);
    attempts = await prepareTargets();
    // As the daemon has it.
    const before = process.umask(0o077);
    stack.defer(() => void process.umask(before));
  });

  afterAll(() => stack.disposeAsync());

  async function listen(options: ListenOptions): Promise<AddressInfo> {
    const server = createServer((socket) => socket.destroy()).listen(options);
    await once(server, "listening");
    stack.defer(() => void server.close());
    return server.address() as AddressInfo;
  }

  /** What is there to be read, written, connected to and signalled; as the program's arguments. */
  async function prepareTargets(): Promise<string[]> {
    const [secret, memory, image] = ["secret", "memory", "image"].map((name) => workspace.file(name));
    for (const path of [secret, memory, image])
      await writeFile(path ?? "", Buffer.alloc(8192), { mode: 0o600 });
    const sibling = await makeMachine();
    await listen({ path: workspace.file("daemon.sock") });
    await listen({ path: `\0forkd-test-${process.pid}` });
    const { port } = await listen({ port: 0, host: "127.0.0.1" });
    const process_ = spawn("sleep", ["600"], { stdio: "ignore" });
    stack.defer(() => void process_.kill());
    const abstract = `forkd-test-${process.pid}`;
    return [secret, sibling, memory, workspace.file("daemon.sock"), abstract, port, process_.pid].map(String);
  }

  async function makeMachine(): Promise<string> {
    const directory = await workspace.makeDirectory(`machine${machines++}`);
    for (const name of OWN_FILES) await writeFile(join(directory, name), "", { mode: 0o600 });
    return directory;
  }

  /** As `readLauncher()` is, with this program for QEMU. */
  async function launcherOf(changes: Partial<Launcher> = {}): Promise<Launcher> {
    const launcher = readLauncher();
    const qemuPath = await realpath(intruder);
    return { ...launcher, qemuPath, shown: [...launcher.shown, qemuPath], ...changes };
  }

  async function attack(launcher: Launcher, directory: string): Promise<ReturnType<typeof parseReport>> {
    const files = [workspace.file("image")];
    const vmm = await launchVmm(launcher, attempts, {
      directory,
      memoryPath: workspace.file("memory"),
      memory: "private",
      card: undefined,
      files,
    });
    vmm.monitor.destroy();
    await waitForChild(vmm.child);
    const log = await readFile(join(directory, MACHINE_FILES.vmmLog), "utf8");
    expect(log).toMatch(/^end$/m);
    return parseReport(log);
  }

  /** The launcher as somebody who has no privileges, to whom all of the workspace belongs. */
  async function launcherOfNobody(confinement: Launcher["confinement"]): Promise<Launcher> {
    if (!isRoot) return launcherOf({ confinement });
    const { program } = readLauncher();
    await copyForAll(program, workspace.file("launcher"));
    const script = workspace.file(`as-nobody-${confinement}`);
    const drop = `setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups`;
    await writeFile(script, `#!/bin/sh\nexec ${drop} -- ${workspace.file("launcher")} "$@"\n`);
    await chmod(script, 0o755);
    await copyForAll(readLauncher().library, workspace.file("library.so"));
    for (const name of [".", "secret", "memory", "image", "machine0", "daemon.sock"])
      await chown(workspace.file(name), NOBODY, NOBODY);
    await chown(join(workspace.file("machine0"), MACHINE_FILES.overlay), NOBODY, NOBODY);
    return launcherOf({ program: script, library: workspace.file("library.so"), confinement });
  }

  async function makeMachineOfNobody(): Promise<string> {
    const directory = await makeMachine();
    const names = [".", ...OWN_FILES];
    if (isRoot) for (const name of names) await chown(join(directory, name), NOBODY, NOBODY);
    return directory;
  }

  it("can do all that it tries where nothing confines it", async () => {
    const directory = await makeMachine();
    const vmm = await spawnVmm(intruder, attempts, { directory });
    vmm.monitor.destroy();
    await waitForChild(vmm.child);
    const { allowed } = parseReport(await readFile(join(directory, MACHINE_FILES.vmmLog), "utf8"));
    expect(allowed).toEqual(
      expect.arrayContaining([
        "connect by TCP",
        "connect to a socket of the host",
        "connect to an abstract socket",
        "read a file of the daemon",
        "signal a sibling",
        "take a sibling's descriptor",
        "write a sibling's disk",
        "write the snapshot's memory by its path",
      ]),
    );
  });

  it.runIf(isRoot)("reaches nothing but its machine, as a user of its own", async () => {
    const report = await attack(await launcherOf(), await makeMachine());
    expect(report.allowed).toEqual([]);
    expect(report.refused.length).toBeGreaterThan(20);
  });

  it("reaches nothing but its machine, in a user namespace", async () => {
    const report = await attack(await launcherOfNobody("namespace"), await makeMachineOfNobody());
    expect(report.allowed).toEqual([]);
    expect(report.refused.length).toBeGreaterThan(20);
  });

  it("reaches no network, no process and no power where there is a filter alone", async () => {
    const report = await attack(await launcherOfNobody("filter"), await makeMachineOfNobody());
    expect(LEFT_BY_FILTER).toEqual(expect.arrayContaining(report.allowed));
  });

  async function attackFromCopy(launcher: Launcher, directory: string, copy: string) {
    const vmm = await launchVmm(launcher, attempts, {
      directory,
      memoryPath: workspace.file("memory"),
      memory: "private",
      card: undefined,
      files: [workspace.file("image")],
      zygoteLibrary: await readableLibrary(),
    });
    vmm.monitor.destroy();
    if (vmm.control === undefined) throw new Error("no control socket");
    using control = new ZygoteControl(vmm.control);
    await control.waitUntilReady(soon());
    const pid = await control.fork({ directory: copy, card: undefined }, soon());
    stack.defer(() => void process.kill(pid, "SIGKILL"));
    const log = (): Promise<string> => readFile(join(copy, MACHINE_FILES.vmmLog), "utf8");
    await expect.poll(log).toMatch(/^end$/m);
    return parseReport(await log());
  }

  /** Where somebody who has no privileges may read it. */
  async function readableLibrary(): Promise<string> {
    const path = workspace.file("zygote.so");
    await copyForAll(process.env["FORKD_TEST_ZYGOTE"] ?? "", path);
    return path;
  }

  it.runIf(isRoot)("reaches neither zygote nor anything else in a copy, as a user of its own", async () => {
    const copy = await workspace.makeDirectory("copy");
    const report = await attackFromCopy(await launcherOf(), await makeMachine(), copy);
    expect(report.allowed).toEqual([]);
    expect(report.refused.length).toBeGreaterThan(25);
  });

  it("reaches neither zygote nor anything else in a copy, in a user namespace", async () => {
    const copy = await workspace.makeDirectory("copy-of-nobody");
    if (isRoot) await chown(copy, NOBODY, NOBODY);
    const launcher = await launcherOfNobody("namespace");
    const report = await attackFromCopy(launcher, await makeMachineOfNobody(), copy);
    expect(report.allowed).toEqual([]);
    expect(report.refused.length).toBeGreaterThan(25);
  });
});
