import { execFile } from "node:child_process";
import { access, glob, mkdtempDisposable, readdir, readFile, writeFile } from "node:fs/promises";
import type { DisposableTempDir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Doctor } from "@forkd/sdk";
import { CAPTURE_MODES } from "../harness/capture-modes.ts";
import { PARENT } from "../harness/parent.ts";
import { endKeptDaemon } from "../harness/kept-daemon.ts";
import { TEST_CACHE_DIR, TEST_DATA_DIR } from "../harness/test-daemon.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SYSTEM_NODE = "/usr/bin/node";
const TIMEOUT_MS = 300_000;

const run = promisify(execFile);
const systemNode = await run(SYSTEM_NODE, ["-p", "process.versions.node"]).catch(() => undefined);
const hasOldNode = Number.parseInt(systemNode?.stdout ?? "24", 10) < 24;

let place: DisposableTempDir;
/** Where the package is. */
let installed: string;
let env: NodeJS.ProcessEnv;

const forkd = (...args: string[]) => run(join(place.path, "bin/forkd"), args, { cwd: place.path, env });

beforeAll(async () => {
  await endKeptDaemon();
  place = await mkdtempDisposable(join(tmpdir(), "forkd-npm-"));
  installed = join(place.path, "lib/node_modules/forkd");
  const packages = join(place.path, "packages");
  const program = ["--conditions=@forkd/source", join(ROOT, "scripts/package.ts")];
  await run(process.execPath, [...program, "npm", "deb", "--out", packages]);
  const [tarball = ""] = (await readdir(packages)).filter((name) => name.endsWith(".tgz"));
  const options = ["--global", "--prefix", place.path, "--offline", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...options, join(packages, tarball)], { cwd: place.path });
  env = {
    HOME: place.path,
    PATH: `${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin`,
    FORKD_SOCKET: join(place.path, "run/forkd.sock"),
    FORKD_DATA_DIR: TEST_DATA_DIR,
    FORKD_CACHE_DIR: TEST_CACHE_DIR,
  };
}, TIMEOUT_MS);
afterAll(async () => {
  await forkd("stop", "--kill-sandboxes").catch(() => {});
  await place.remove();
}, TIMEOUT_MS);

test("the package has three programs, licences, and no test", async () => {
  expect(await readdir(join(place.path, "bin"))).toEqual(["forkd", "forkd-controller", "forkd-mcp"]);
  await access(join(installed, "LICENSE"));
  expect(await readdir(join(place.path, "share/man/man1"))).toContain("forkd.1");
  const notices = await readFile(join(installed, "THIRD-PARTY-NOTICES.md"), "utf8");
  expect(notices).toContain("## fastify ");
  expect(await Array.fromAsync(glob("**/{test,tests,*.test.*}", { cwd: installed }))).toEqual([]);
});

test("the Debian package has the same, with a Node.js, a service and completions", async () => {
  const packages = join(place.path, "packages");
  const [deb = ""] = (await readdir(packages)).filter((name) => name.endsWith(".deb"));
  const { stdout: listing } = await run("dpkg-deb", ["--contents", join(packages, deb)], {
    maxBuffer: 1024 ** 2,
  });
  const modes = new Map(
    listing
      .trim()
      .split("\n")
      .map((line) => [line.split(" ./")[1], line.split(" ", 2).join(" ")]),
  );
  const [program, all, secret] = ["-rwxr-xr-x root/root", "-rw-r--r-- root/root", "-rw------- root/root"];
  expect(Object.fromEntries(modes)).toMatchObject({
    "usr/lib/forkd/node": program,
    "usr/bin/forkd-mcp -> ../lib/forkd/bin/forkd-mcp": "lrwxrwxrwx root/root",
    "usr/lib/systemd/system/forkd.service": all,
    "usr/share/man/man1/forkd.1.gz": all,
    "usr/share/bash-completion/completions/forkd": all,
    "etc/forkd/forkd.env": secret,
    "var/lib/forkd/": "drwx------ root/root",
  });
  const tree = join(packages, "deb");
  const [node, launcher] = [join(tree, "usr/lib/forkd/node"), join(tree, "usr/bin/forkd")];
  expect((await run(node, [launcher, "ps", "--help"], { env })).stdout).toMatch(/^Usage: forkd ps/);
  expect(await readFile(launcher, "utf8")).toMatch(/^#!\/usr\/lib\/forkd\/node\n/);
});

test("it tells its version and the help of each program", async () => {
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { version: string };
  expect((await forkd("--version")).stdout).toBe(`${version}\n`);
  expect((await forkd("fork", "--help")).stdout).toMatch(/^Usage: forkd fork\|spawn/);
  for (const [name, usage] of [
    ["forkd-controller", "Usage: forkd controller serve"],
    ["forkd-mcp", "Usage: forkd mcp"],
  ] as const) {
    const args = name === "forkd-mcp" ? ["--help"] : ["serve", "--help"];
    const { stdout } = await run(join(place.path, "bin", name), args, { cwd: place.path, env });
    expect(stdout.slice(0, usage.length)).toBe(usage);
  }
});

test.skipIf(!hasOldNode)(
  "it says which Node it needs (left out where the system's is new enough)",
  async () => {
    const failure = await run(SYSTEM_NODE, [join(installed, "bin/forkd"), "ps"]).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(
        /^error: forkd needs Node\.js 24 or newer, and \/usr\/bin\/node is version /,
      ),
    });
  },
);

test(
  "it starts a daemon, forks, branches as this host allows, and runs a program in TypeScript",
  async () => {
    const { stdout: id } = await forkd("fork", "--tag", PARENT, "--live-fork", "--quiet");
    expect((await forkd("eval", id.trim(), "6 * 7")).stdout).toBe("42\n");
    const mode = CAPTURE_MODES.at(-1) ?? "full";
    const { stdout: tag } = await forkd("branch", id.trim(), `--${mode}`, "--quiet");
    await forkd("kill", "--all");
    await forkd("rmi", tag.trim());
    const { checks } = JSON.parse((await forkd("doctor", "--json")).stdout) as Doctor;
    expect(checks.filter(({ status }) => status === "fail")).toEqual([]);

    const demo = join(installed, "recipes/demo.ts");
    await writeFile(
      demo,
      'import { Forkd } from "@forkd/sdk";\nconst name: string = Forkd.name;\nconsole.log(name);\n',
    );
    const hooks = ["--import", join(installed, "dist/resolve-sdk.js")];
    expect((await run(process.execPath, [...hooks, demo], { cwd: place.path, env })).stdout).toBe("Forkd\n");
  },
  TIMEOUT_MS,
);
