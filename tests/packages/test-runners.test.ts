import { execFile } from "node:child_process";
import { mkdtempDisposable, readFile, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARENT } from "../harness/parent.ts";
import { preparePlace } from "../harness/place.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const run = promisify(execFile);

/** What a user's tests do, by either runner: `take` gives a test its sandbox. */
const writeTests = (head: string, take: { readonly parameter: string; readonly sandbox: string }): string => `
import assert from "node:assert";
${head}
const options = { keepSecs: 600, logsDir: "logs", env: { FROM: "options" } };
for (const name of ["one", "other"])
  test(name, async (${take.parameter}) => {
    const sandbox = ${take.sandbox};
    const { stdout } = await sandbox.run("cat /root/mine; echo mine > /root/mine; echo $FROM");
    assert.equal(stdout, "options\\n");
  });
test("fails, as it is to", async (${take.parameter}) => {
  const sandbox = ${take.sandbox};
  await sandbox.run("echo said here > /dev/console");
  throw new Error("as it is to");
});
`;

const NODE_TESTS = writeTests(
  `import { test } from "node:test";
import { forkForTest } from "@forkd/sdk/testing";`,
  { parameter: "t", sandbox: `await forkForTest(t, "${PARENT}", options)` },
);

const VITEST_TESTS = `${writeTests(
  `import { test as base } from "vitest";
import { sandboxFixture } from "@forkd/sdk/testing";
const test = base.extend({
  sandbox: sandboxFixture("${PARENT}", { keepSecs: 600, logsDir: "logs", env: { FROM: "options" } }),
});`,
  { parameter: "{ sandbox: given }", sandbox: "given" },
)}
test.fails("is to fail", async ({ sandbox }) => {
  await sandbox.run("exit 1");
  throw new Error("as it should");
});
test("is left half-way", async ({ sandbox, skip }) => {
  await sandbox.run("true");
  skip();
});
`;

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

test.each([
  {
    runner: "node:test",
    file: "shop.test.mjs",
    text: NODE_TESTS,
    args: ["--conditions=@forkd/source", "--test"],
  },
  {
    runner: "Vitest",
    file: "shop.test.js",
    text: VITEST_TESTS,
    args: ["node_modules/vitest/vitest.mjs", "run"],
  },
])(
  "each test of $runner has a fork of its own, and that of one that fails is kept",
  async ({ file, text, args }) => {
    await using place = await mkdtempDisposable(join(tmpdir(), "forkd-runner-"));
    const { PATH, HOME } = { ...process.env, ...preparePlace(place.path) };
    await writeFile(join(place.path, file), text);
    const options = { cwd: place.path, env: { PATH, HOME, FORKD_SOCKET: daemon.socketPath } };
    const failed = run(process.execPath, [...args, file], options);
    const said = await failed.then(
      () => "nothing failed",
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
    );
    const kept = /the sandbox of "fails, as it is to": kept for 600 s\n *forkd shell (?<id>sb_\w+)\n/.exec(
      said,
    );
    const id = kept?.groups?.["id"] ?? said;
    expect(said).toContain(`forkd logs ${id}\n`);
    expect((await daemon.forkd.sandboxes.list()).map((sandbox) => sandbox.id)).toEqual([id]);
    const { info } = await daemon.forkd.sandboxes.get(id);
    expect(info.labels).toEqual({ test: "fails, as it is to" });
    expect(info.expiresAtUnix).toBeGreaterThan(Date.now() / 1000);
    expect(await readdir(join(place.path, "logs"))).toEqual([`fails-as-it-is-to-${id}.log`]);
    expect(await readFile(join(place.path, "logs", `fails-as-it-is-to-${id}.log`), "utf8")).toContain(
      "said here",
    );
    await daemon.forkd.sandboxes.kill(id);
  },
);
