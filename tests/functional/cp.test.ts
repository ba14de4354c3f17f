import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { finish, forkd, startForkd } from "../../packages/cli/test/run-forkd.ts";
import { useChild } from "../harness/one-child.ts";

const used = useChild();
let dir = "";

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "forkd-cp-test-"));
  await mkdir(join(dir, "tree/sub"), { recursive: true });
  await writeFile(join(dir, "tree/tool"), "#!/bin/sh\necho from the tool\n");
  await chmod(join(dir, "tree/tool"), 0o750);
  await writeFile(join(dir, "tree/sub/data"), "deep\n");
  await symlink("../tool", join(dir, "tree/sub/link"));
});
afterAll(() => rm(dir, { recursive: true }));

const cp = (...args: string[]) => forkd(`unix:${used.daemon.socketPath}`, "cp", ...args);
const inGuest = (path: string): string => `${used.child.id}:${path}`;
const run = async (command: string): Promise<string> => (await used.child.run(command)).stdout;
const LIST = "find . | sort; stat -c %a tool; readlink sub/link; cat sub/link sub/data";
const TREE = ".\n./sub\n./sub/data\n./sub/link\n./tool\n750\n../tool\n#!/bin/sh\necho from the tool\ndeep\n";

test("a small directory goes in, each time, with its links and modes", async () => {
  for (let round = 0; round < 3; round++) {
    expect(await cp(join(dir, "tree"), inGuest(`/root/in-${round}`))).toMatchObject({ status: 0 });
    expect(await run(`cd /root/in-${round} && ${LIST}`)).toBe(TREE);
  }
});

test("a directory that is there gets a directory under its own name, or with /. what is in it", async () => {
  await cp("-r", join(dir, "tree"), inGuest("/srv"));
  expect(await run(`cd /srv/tree && ${LIST}`)).toBe(TREE);
  await cp(`${dir}/tree/.`, inGuest("/opt/"));
  expect(await run("ls /opt")).toBe("sub\ntool\n");
});

test("a directory comes out again, and a second time into the one that is there", async () => {
  await cp(join(dir, "tree"), inGuest("/root/out"));
  const target = join(dir, "copy");
  expect(await cp(inGuest("/root/out"), target)).toMatchObject({ status: 0 });
  expect((await stat(join(target, "tool"))).mode & 0o777).toBe(0o750);
  expect(await readlink(join(target, "sub/link"))).toBe("../tool");
  await writeFile(join(target, "sub/mine"), "mine");
  await run("echo new > /root/out/sub/data");
  expect(await cp(inGuest("/root/out/."), target)).toMatchObject({ status: 0 });
  expect(await readFile(join(target, "sub/data"), "utf8")).toBe("new\n");
  expect((await readdir(join(target, "sub"))).toSorted()).toEqual(["data", "link", "mine"]);
  expect(await readdir(dir)).not.toContainEqual(expect.stringContaining(".forkd-cp"));
});

test("several sources go into a directory, and several need one", async () => {
  const sources = [join(dir, "tree/tool"), inGuest("/etc/hostname")];
  expect(await cp(...sources, inGuest("/root/many/"))).toMatchObject({ status: 0 });
  expect(await run("ls /root/many")).toBe("hostname\ntool\n");
  const refused = await cp(...sources, inGuest("/root/none"));
  expect(refused).toMatchObject({ status: 2, stdout: "" });
  expect(refused.stderr).toContain("2 sources need a directory to go into");
});

test("- is standard input and output", async () => {
  const bytes = Buffer.alloc(3_000_000, "0123456789abcdef");
  const child = startForkd(`unix:${used.daemon.socketPath}`, ["cp", "-", inGuest("/root/piped")]);
  child.stdin.end(bytes);
  expect(await finish(child)).toMatchObject({ status: 0 });
  const { stdout, status } = await cp(inGuest("/root/piped"), "-");
  expect([status, stdout === bytes.toString()]).toEqual([0, true]);
});

test("a sandbox's directory goes into another place of a sandbox", async () => {
  await cp(join(dir, "tree"), inGuest("/root/from"));
  const [other] = await used.daemon.forkd.sandboxes.fork("test-parent");
  await using second = other;
  expect(await cp(inGuest("/root/from"), `${second?.id}:/root/to`)).toMatchObject({ status: 0 });
  expect((await second?.run(`cd /root/to && ${LIST}`))?.stdout).toBe(TREE);
});

test("a directory that cannot be read whole leaves nothing behind, and says which file", async () => {
  await run("mkdir -p /root/odd && echo x > /root/odd/file");
  const fifo = join(dir, "tree2");
  await mkdir(fifo);
  await writeFile(join(fifo, "big"), Buffer.alloc(1_000_000));
  const failed = await cp(fifo, inGuest("/proc/nowhere/x"));
  expect(failed.status).toBe(1);
  expect(failed.stderr).toMatch(/^error: tar failed on sb_\w+: .*\/proc\/nowhere/);
  await run("rm -rf /root/full; mkdir /root/full; mount -t tmpfs -o size=300k none /root/full");
  const full = await cp(fifo, inGuest("/root/full/x"));
  expect(full.status).toBe(1);
  expect(full.stderr).toMatch(/^error: tar failed on sb_\w+: .*big(?:(?!AbortError)[^])*$/m);
  expect(await run("ls -A /root/full; umount /root/full")).toBe("");
});

test("an interrupt leaves nothing behind in the guest", async () => {
  execFileSync("truncate", ["-s", "2G", join(dir, "tree2/huge")]);
  const child = startForkd(`unix:${used.daemon.socketPath}`, [
    "cp",
    join(dir, "tree2"),
    inGuest("/root/cut"),
  ]);
  await once(child.stderr, "data");
  child.kill("SIGINT");
  expect((await finish(child)).status).toBe(130);
  await expect.poll(() => run("ls -A /root | grep -e cut -e forkd-cp")).toBe("");
});

test("what is not there, or not meant so, is said in a sentence", async () => {
  const { id } = used.child;
  expect(await cp(inGuest("/no/such"), ".")).toMatchObject({ status: 3 });
  expect((await cp("/no/such", inGuest("/root/"))).stderr).toContain("there is no /no/such on the host");
  expect((await cp(join(dir, "tree/tool"), id)).stderr).toContain(`a place in that sandbox is ${id}:/root/`);
  expect((await cp("test-parent:/etc/hosts", ".")).stderr).toContain("that is a snapshot");
  expect((await cp(inGuest("/etc/hostname"), "/dev/null")).stderr).toContain("is a device");
  expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  expect((await cp(inGuest("/etc"), "-")).stderr).toContain("is a directory, and - is one file");
});
