import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PackageListBuilder, recipeOf } from "../../test/image-fixture.ts";
import { createScratch, listTree } from "../../test/scratch.ts";
import { PATIENT } from "../../test/snapshot-fixture.ts";
import { createImageStore } from "./store.ts";

function openStore(root: string) {
  const builder = new PackageListBuilder();
  return { builder, store: createImageStore({ root, builder }) };
}

test("keeps an image read-only under the digest of its bytes, with name and recipe", async () => {
  await using scratch = await createScratch();
  const { store } = openStore(scratch.path);
  const info = await store.build("py", recipeOf("python3"), PATIENT);
  const { id, path, sizeBytes } = await store.open("py", PATIENT);
  expect(
    createHash("sha256")
      .update(await readFile(path))
      .digest("hex"),
  ).toBe(id);
  expect(info).toMatchObject({ id, names: ["py"], size_bytes: sizeBytes, cached: false });
  expect((await stat(path)).mode & 0o777).toBe(0o400);
  expect(await listTree(join(scratch.path, "images"))).toEqual([
    id,
    ...["manifest.json", "root.ext4", "verified.json"].map((name) => `${id}/${name}`),
  ]);
  expect(await listTree(join(scratch.path, "drafts"))).toEqual([]);
  expect(await store.open(id, PATIENT)).toEqual({ id, path, sizeBytes });
  expect(await store.find("py")).toEqual({ id });
  expect(await store.list()).toEqual([{ ...info, cached: true }]);
});

test("does not build a recipe twice, also after a restart, and gives it every name", async () => {
  await using scratch = await createScratch();
  const first = await openStore(scratch.path).store.build("a", recipeOf("python3"), PATIENT);
  const { store, builder } = openStore(scratch.path);
  const second = await store.build("b", recipeOf("python3"), PATIENT);
  expect(second).toEqual({ ...first, names: ["a", "b"], cached: true });
  expect(builder.builds).toBe(0);
});

test("keeps the image that is there when another recipe gives the same bytes", async () => {
  await using scratch = await createScratch();
  const { store, builder } = openStore(scratch.path);
  const first = await store.build("a", recipeOf("python3"), PATIENT);
  const { path } = await store.open("a", PATIENT);
  const { ino } = await stat(path);
  const second = await store.build("b", { ...recipeOf("python3"), script: "true" }, PATIENT);
  expect(second).toMatchObject({ id: first.id, names: ["a", "b"], cached: false });
  expect([builder.builds, (await stat(path)).ino]).toEqual([2, ino]);
});

test("moves a name to the image that was built last under it", async () => {
  await using scratch = await createScratch();
  const { store } = openStore(scratch.path);
  const old = await store.build("py", recipeOf("python3"), PATIENT);
  const { id } = await store.build("py", recipeOf("nodejs"), PATIENT);
  expect(await store.find("py")).toEqual({ id });
  expect((await store.list()).find((info) => info.id === old.id)?.names).toEqual([]);
});

test("builds once for callers at the same time, and goes on when the first aborts", async () => {
  await using scratch = await createScratch();
  const { store, builder } = openStore(scratch.path);
  const gate = Promise.withResolvers<void>();
  builder.gate = gate.promise;
  const caller = new AbortController();
  const told: string[] = [];
  const first = store.build("a", recipeOf("python3"), { ...PATIENT, signal: caller.signal });
  const second = store.build("b", recipeOf("python3"), {
    ...PATIENT,
    onProgress: ({ step }) => told.push(step),
  });
  caller.abort();
  await expect(first).rejects.toMatchObject({ code: "cancelled" });
  gate.resolve();
  expect(await second).toMatchObject({ names: ["b"], cached: false });
  expect([builder.builds, builder.aborted, told]).toEqual([1, 0, ["packages"]]);
});

test("ends the build and removes its files once nobody waits for it", async () => {
  await using scratch = await createScratch();
  const { store, builder } = openStore(scratch.path);
  builder.gate = Promise.withResolvers<void>().promise;
  const callers = [new AbortController(), new AbortController()];
  const begun = Promise.withResolvers<void>();
  const onProgress = (): void => begun.resolve();
  const builds = callers.map(({ signal }) => store.build("py", recipeOf("python3"), { signal, onProgress }));
  await begun.promise;
  callers.forEach((caller) => caller.abort());
  await Promise.all(builds.map((build) => expect(build).rejects.toMatchObject({ code: "cancelled" })));
  expect(builder.aborted).toBe(1);
  expect((await listTree(scratch.path)).filter((path) => path.includes("/"))).toEqual([]);
});

test("removes an image by any of its names, with all of them, and builds it again when asked", async () => {
  await using scratch = await createScratch();
  const { store, builder } = openStore(scratch.path);
  await store.build("a", recipeOf("python3"), PATIENT);
  const { id } = await store.build("b", recipeOf("python3"), PATIENT);
  await store.remove("b");
  expect((await listTree(scratch.path)).filter((path) => path.includes("/"))).toEqual([]);
  for (const name of ["a", "b", id]) {
    await expect(store.open(name, PATIENT)).rejects.toMatchObject({ code: "image_not_found" });
    await expect(store.find(name)).rejects.toMatchObject({ code: "image_not_found" });
    await expect(store.remove(name)).rejects.toMatchObject({ code: "image_not_found" });
  }
  await store.build("a", recipeOf("python3"), PATIENT);
  expect(builder.builds).toBe(2);
});

test.each(["", "..", "../x", "a/b", "x".repeat(65)])(
  "refuses the name %j before it becomes a file name",
  async (name) => {
    await using scratch = await createScratch();
    const { store } = openStore(scratch.path);
    for (const call of [
      store.build(name, recipeOf(), PATIENT),
      store.open(name, PATIENT),
      store.remove(name),
    ])
      await expect(call).rejects.toMatchObject({ code: "invalid_request" });
    expect(await listTree(scratch.path)).toEqual([]);
  },
);

test("refuses a name that looks like an id", async () => {
  await using scratch = await createScratch();
  const { store } = openStore(scratch.path);
  await expect(store.build("a".repeat(64), recipeOf(), PATIENT)).rejects.toMatchObject({
    code: "invalid_request",
  });
});

test.each([
  ["one flipped bit", (path: string) => writeFile(path, "python4".padEnd(8192)), /has the digest/],
  ["a file that was cut short", (path: string) => truncate(path, 100), /has 100 bytes instead of 8192/],
  ["no file", (path: string) => rm(path), /is missing/],
  [
    "a link",
    (path: string) => rename(path, `${path}.x`).then(() => symlink(`${path}.x`, path)),
    /is not a regular/,
  ],
])("finds %s, says so, and heals by building again", async (_, damage, why) => {
  await using scratch = await createScratch();
  const { store, builder } = openStore(scratch.path);
  const whole = await store.build("py", recipeOf("python3"), PATIENT);
  const { path } = await store.open("py", PATIENT);
  await chmod(path, 0o600);
  await damage(path);
  const corrupt = { code: "image_corrupt", details: { image: "py", file: "root.ext4" } };
  await expect(store.open("py", PATIENT)).rejects.toMatchObject(corrupt);
  await expect(store.open("py", PATIENT)).rejects.toThrow(why);
  expect(await store.build("py", recipeOf("python3"), PATIENT)).toMatchObject({
    id: whole.id,
    cached: false,
  });
  expect(builder.builds).toBe(2);
  await store.open("py", PATIENT);
});

test.each([
  ["another id", { id: "a".repeat(64) }, /is that of/],
  ["an unknown field", { path: "/etc" }, /Unrecognized key/],
  ["another size", { sizeBytes: 1 }, /has 8192 bytes instead of 1/],
])("refuses a manifest with %s", async (_, change, why) => {
  await using scratch = await createScratch();
  const { store } = openStore(scratch.path);
  const { id } = await store.build("py", recipeOf("python3"), PATIENT);
  const path = join(scratch.path, "images", id, "manifest.json");
  await writeFile(
    path,
    JSON.stringify({ ...(JSON.parse(await readFile(path, "utf8")) as object), ...change }),
  );
  await expect(store.open("py", PATIENT)).rejects.toThrow(why);
  await store.remove("py");
  expect(await store.list()).toEqual([]);
});

test("refuses a planted directory, name or recipe that leads elsewhere", async () => {
  await using scratch = await createScratch();
  const { store, builder } = openStore(scratch.path);
  const { id } = await store.build("py", recipeOf("python3"), PATIENT);
  const [record = ""] = await listTree(join(scratch.path, "image-recipes"));
  await writeFile(join(scratch.path, "image-recipes", record), JSON.stringify({ id: "../../etc" }));
  await store.build("py", recipeOf("python3"), PATIENT);
  expect(builder.builds).toBe(2);
  await writeFile(join(scratch.path, "image-names/py"), JSON.stringify({ id: "../../etc" }));
  await expect(store.open("py", PATIENT)).rejects.toMatchObject({ code: "image_corrupt" });
  await store.remove("py");
  await mkdir(join(scratch.path, "elsewhere"));
  await rename(join(scratch.path, "images", id), join(scratch.path, "elsewhere", id));
  await symlink(join(scratch.path, "elsewhere", id), join(scratch.path, "images", id));
  await expect(store.open(id, PATIENT)).rejects.toThrow(/is not a directory/);
});

test("leaves nothing of a build that fails", async () => {
  await using scratch = await createScratch();
  const failing = { build: () => Promise.reject(new Error("no mirror")) };
  const store = createImageStore({ root: scratch.path, builder: failing });
  await expect(store.build("py", recipeOf(), PATIENT)).rejects.toThrow("no mirror");
  expect((await listTree(scratch.path)).filter((path) => path.includes("/"))).toEqual([]);
});
