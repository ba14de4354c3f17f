import { mkdir, mkdtempDisposable, open, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hasKeptState, openKeptState } from "./kept-state.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";
const options = { signal: new AbortController().signal };

/** A machine's directory with a state that is sealed. */
async function createState() {
  const stack = new AsyncDisposableStack();
  const root = stack.use(await mkdtempDisposable(join(tmpdir(), "forkd-state-")));
  const directory = join(root.path, ID);
  const diskPath = join(directory, "disk.qcow2");
  await mkdir(directory);
  const state = openKeptState(directory);
  await state.prepare();
  for (const path of [state.memoryPath, state.deviceStatePath, diskPath]) await writeFile(path, `of ${path}`);
  const sealed = await state.seal(diskPath, options);
  return { directory, diskPath, state, sealed, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test("what was sealed is what it was, also when it was only touched", async () => {
  await using kept = await createState();
  expect(await hasKeptState(kept.directory)).toBe(true);
  await kept.state.verify(kept.sealed, options);
  await utimes(kept.diskPath, 1, 1);
  await kept.state.verify(kept.sealed, options);
});

test.each(["memoryPath", "deviceStatePath", "diskPath"] as const)(
  "an altered file and a missing one are refused by their names: %s",
  async (which) => {
    await using kept = await createState();
    const path = which === "diskPath" ? kept.diskPath : kept.state[which];
    const damage = {
      code: "suspended_state_damaged",
      details: { id: ID, file: path.slice(kept.directory.length + 1) },
    };
    const copy = join(kept.directory, "copy");
    await using file = await open(path, "r+");
    await file.write("X", 0);
    await expect(kept.state.verify(kept.sealed, options)).rejects.toMatchObject(damage);
    const target = { memoryPath: copy, deviceStatePath: `${copy}-1`, diskPath: `${copy}-2` };
    await expect(kept.state.copyTo(kept.sealed, target, options)).rejects.toMatchObject(damage);
    await rm(path);
    await expect(kept.state.verify(kept.sealed, options)).rejects.toMatchObject(damage);
  },
);

test("a copy has the same bytes, and what is removed leaves the disk", async () => {
  await using kept = await createState();
  const at = (name: string): string => join(kept.directory, name);
  const target = { memoryPath: at("m"), deviceStatePath: at("s"), diskPath: at("d") };
  await kept.state.copyTo(kept.sealed, target, options);
  expect(await readFile(at("m"), "utf8")).toBe(`of ${kept.state.memoryPath}`);
  expect(await readFile(at("d"), "utf8")).toBe(`of ${kept.diskPath}`);
  await kept.state.remove();
  expect(await hasKeptState(kept.directory)).toBe(false);
  expect(await readFile(kept.diskPath, "utf8")).toBe(`of ${kept.diskPath}`);
});

test("who leaves while a state is read ends that", async () => {
  await using kept = await createState();
  const left = { signal: AbortSignal.abort() };
  await expect(kept.state.seal(kept.diskPath, left)).rejects.toMatchObject({ code: "cancelled" });
  await utimes(kept.diskPath, 1, 1);
  await expect(kept.state.verify(kept.sealed, left)).rejects.toMatchObject({ code: "cancelled" });
});
