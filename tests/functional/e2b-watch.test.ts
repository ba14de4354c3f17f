import type { FilesystemEvent, Sandbox, WatchHandle } from "e2b";
import { expect, test } from "vitest";
import { useE2bGuest } from "../harness/e2b-guest.ts";

const guest = useE2bGuest("e2b-watch");

interface Watch {
  readonly handle: WatchHandle;
  readonly events: FilesystemEvent[];
  /** What ended it, if anything did. */
  readonly ended: Promise<Error | undefined>;
}

async function watch(
  { files }: Sandbox,
  path: string,
  options: NonNullable<Parameters<Sandbox["files"]["watchDir"]>[2]> = {},
): Promise<Watch> {
  const events: FilesystemEvent[] = [];
  const { promise: ended, resolve: onExit } = Promise.withResolvers<Error | undefined>();
  const handle = await files.watchDir(path, (event) => void events.push(event), { ...options, onExit });
  return { handle, events, ended };
}

const told = ({ events }: Watch): string[] => events.map(({ type, name }) => `${type} ${name}`);

/** A procedure as Python's clients of E2B call those that the others do not. */
async function call(sandbox: Sandbox, procedure: string, body: object): Promise<[number, unknown]> {
  const answer = await guest.ask(
    `/filesystem.Filesystem/${procedure}`,
    { method: "POST", body: JSON.stringify(body) },
    { ...guest.fieldsFor(sandbox), "content-type": "application/json" },
  );
  return [answer.status, await answer.json()];
}

test("what happens in a directory is told as it happens", async () => {
  const sandbox = await guest.create();
  const { files } = sandbox;
  await files.write("watched/old", "1");
  const flat = await watch(sandbox, "watched");
  const deep = await watch(sandbox, "~/watched", { recursive: true, includeEntry: true });
  await files.write("watched/new", "1");
  await files.write("watched/below/file", "2");
  await files.rename("watched/old", "watched/moved");
  await files.remove("watched/new");
  await guest.ownOf(sandbox).run("chmod 600 /root/watched/moved; echo more >> /root/watched/below/file");
  await expect.poll(() => told(deep)).toContain("chmod moved");
  await expect.poll(() => told(deep)).toContain("write below/file");
  await expect.poll(() => told(flat)).toContain("chmod moved");
  const here = ["create new", "write new", "create below", "rename old", "create moved", "remove new"];
  expect(told(flat)).toEqual(expect.arrayContaining([...here, "chmod moved"]));
  expect(told(flat).some((event) => event.includes("below/"))).toBe(false);
  expect(told(deep)).toEqual(expect.arrayContaining([...here, "create below/file"]));
  expect(told(deep).join()).not.toContain(".forkd-");
  const moved = deep.events.findLast(({ name }) => name === "moved");
  expect(moved?.entry).toMatchObject({ path: "/root/watched/moved", permissions: "-rw-------" });
  await flat.handle.stop();
  await deep.handle.stop();
});

test("a watch ends with its time, its directory, its sandbox, and says why", async () => {
  const sandbox = await guest.create();
  await sandbox.files.makeDir("/srv/a");
  await sandbox.files.makeDir("/srv/b");
  const short = await watch(sandbox, "/srv/a", { timeoutMs: 5000 });
  const other = await watch(sandbox, "/srv/b", { timeoutMs: 0 });
  const long = await watch(sandbox, "/srv/a", { timeoutMs: 0 });
  expect(await short.ended).toMatchObject({ name: "TimeoutError" });
  await sandbox.files.remove("/srv/b");
  expect(await other.ended).toBeUndefined();
  expect(told(other).at(-1)).toBe("remove .");
  await sandbox.kill();
  expect(await long.ended).toMatchObject({ name: "TimeoutError" });
  await expect(sandbox.files.list("/")).rejects.toMatchObject({ name: "TimeoutError" });
  await expect(sandbox.files.read("/etc/passwd")).rejects.toMatchObject({ name: "TimeoutError" });
});

test("a watcher keeps what happened for a client that asks", async () => {
  const sandbox = await guest.create();
  const [, made] = await call(sandbox, "CreateWatcher", { path: "/srv", recursive: true });
  const { watcherId } = made as { watcherId: string };
  const ask = async (): Promise<string[]> => {
    const [status, answer] = await call(sandbox, "GetWatcherEvents", { watcherId });
    expect(status).toBe(200);
    const { events = [] } = answer as { events?: { name: string; type: string }[] };
    return events.map(({ name, type }) => `${type} ${name}`);
  };
  expect(await ask()).toEqual([]);
  await sandbox.files.write("/srv/x", "1");
  const kept: string[] = [];
  await expect.poll(async () => kept.push(...(await ask()))).toBeGreaterThan(1);
  expect(kept).toEqual(["EVENT_TYPE_CREATE x", "EVENT_TYPE_WRITE x"]);
  const other = await guest.create();
  expect(await call(other, "GetWatcherEvents", { watcherId })).toMatchObject([404, { code: "not_found" }]);
  expect(await call(sandbox, "RemoveWatcher", { watcherId })).toEqual([200, {}]);
  expect(await call(sandbox, "GetWatcherEvents", { watcherId })).toMatchObject([404, { code: "not_found" }]);
  expect(await call(sandbox, "CreateWatcher", { path: "/nowhere" })).toMatchObject([404, {}]);
  for (let i = 0; i < 32; i++) expect((await call(sandbox, "CreateWatcher", { path: "/srv" }))[0]).toBe(200);
  expect(await call(sandbox, "CreateWatcher", { path: "/srv" })).toMatchObject([
    429,
    { code: "resource_exhausted" },
  ]);
});

test("whoever falls behind is told that changes were lost, and a sandbox that sleeps that it does", async () => {
  const sandbox = await guest.create();
  await guest.ownOf(sandbox).run("echo 64 > /proc/sys/fs/inotify/max_queued_events");
  const [, made] = await call(sandbox, "CreateWatcher", { path: "/srv" });
  const { watcherId } = made as { watcherId: string };
  // More than we, the agent and its kernel's queue keep.
  const code = "for i in range(16000): open(f'/srv/{i % 1000:0240}', 'w').close()";
  await guest.ownOf(sandbox).eval(code, { mode: "run", timeoutSecs: 100 });
  const drain = async (): Promise<unknown> => {
    const [status, answer] = await call(sandbox, "GetWatcherEvents", { watcherId });
    return status === 200 ? undefined : answer;
  };
  await expect.poll(drain).toMatchObject({ code: "data_loss" });
  await sandbox.files.write("/srv/read", "x".repeat(1000));
  await sandbox.pause();
  for (const attempt of [() => sandbox.files.list("/"), () => sandbox.files.read("/srv/read")])
    await expect(attempt()).rejects.toMatchObject({ name: "TimeoutError" });
});
