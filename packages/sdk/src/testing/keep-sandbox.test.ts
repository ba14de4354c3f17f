import { expect, test } from "vitest";
import { FakeDaemon } from "./fake/fake-daemon.ts";
import { keepSandbox } from "./keep-sandbox.ts";

/** A directory that nobody can make. */
const logsDir = "/dev/null/logs";

async function forkOne() {
  const { forkd } = new FakeDaemon({ snapshots: ["warm"] });
  const [sandbox] = await forkd.sandboxes.fork("warm");
  const options = { name: "a test", logsDir, baseUrl: forkd.baseUrl };
  return { forkd, sandbox: sandbox!, options };
}

test("a console that cannot be saved keeps no sandbox from being kept, or from its end", async () => {
  const { forkd, sandbox, options } = await forkOne();
  const told = await keepSandbox(sandbox, { ...options, keepSecs: 600 });
  const failure = expect.stringMatching(/^its console was not saved: .*\/dev\/null/) as string;
  expect(told).toEqual(["kept for 600 s", ...["shell", "logs", "kill"].map(verbOf(sandbox.id)), failure]);
  expect((await sandbox.refresh()).expiresAtUnix).not.toBeNull();
  expect(await keepSandbox(sandbox, { ...options, keepSecs: 0 })).toEqual([failure]);
  expect(await forkd.sandboxes.list()).toEqual([]);
});

test("of a sandbox that is gone its test is told", async () => {
  const { sandbox, options } = await forkOne();
  await sandbox.kill();
  const told = await keepSandbox(sandbox, { ...options, keepSecs: 600 });
  expect(told).toEqual(["it is gone", expect.stringContaining("its console was not saved") as string]);
});

const verbOf = (id: string) => (verb: string) => expect.stringMatching(`^forkd ${verb} ${id}`) as string;
