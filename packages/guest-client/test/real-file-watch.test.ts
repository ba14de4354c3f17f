import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GuestFileChange } from "@forkd/core";
import { expect, it } from "vitest";
import { calm, failureOf } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();

/** A watched directory. */
interface Watched extends AsyncDisposable {
  readonly place: string;
  /** All that is told up to a change of this name, or of this kind. */
  until(name: string): Promise<string[]>;
}

async function watch(
  name: string,
  recursive = true,
  prepare = async (_place: string) => {},
): Promise<Watched> {
  const place = join(use.fixture.directory, name);
  await mkdir(place);
  await prepare(place);
  const changes = use.agent.files.watch({ path: place, recursive }, calm)[Symbol.asyncIterator]();
  expect(await changes.next()).toMatchObject({ value: { type: "opened" } });
  return {
    place,
    async until(last) {
      const told: string[] = [];
      for (;;) {
        const { value: change, done } = await changes.next();
        if (done) return [...told, "end"];
        told.push(describe(change));
        if (change.type === last || ("name" in change && change.name === last)) return told;
      }
    },
    async [Symbol.asyncDispose]() {
      await changes.return?.();
    },
  };
}

const describe = (change: GuestFileChange): string =>
  [change.type, "name" in change ? change.name : "", ...("to" in change ? [change.to] : [])].join(" ").trim();

it("tells of files that are made, written, renamed, changed and removed", async () => {
  await using watched = await watch("files");
  execFileSync("sh", ["-c", `: > file; echo x >> file; chmod 600 file; mv file moved; rm moved; : > last`], {
    cwd: watched.place,
  });
  expect(await watched.until("last")).toEqual([
    "create file",
    "write file",
    "chmod file",
    "rename file moved",
    "remove moved",
    "create last",
  ]);
});

it("watches directories that are new at once, and tells of what was in them by then", async () => {
  await using watched = await watch("new");
  const elsewhere = join(use.fixture.directory, "elsewhere");
  await mkdir(join(elsewhere, "in/side"), { recursive: true });
  await writeFile(join(elsewhere, "in/side/early"), "");
  await rename(elsewhere, join(watched.place, "arrived"));
  const told = await watched.until("arrived/in/side/early");
  expect(told).toEqual([
    "create arrived",
    "create arrived/in",
    "create arrived/in/side",
    "create arrived/in/side/early",
  ]);
  await writeFile(join(watched.place, "arrived/in/side/late"), "");
  expect(await watched.until("arrived/in/side/late")).toEqual(["create arrived/in/side/late"]);
});

it("loses no file of directories that are made and filled in one go", async () => {
  await using watched = await watch("race");
  const script = `for i in $(seq 300); do mkdir -p "d$i/e/f"; : > "d$i/e/f/file"; done; : > last`;
  execFileSync("sh", ["-c", script], { cwd: watched.place });
  const created = new Set(await watched.until("last"));
  for (let i = 1; i <= 300; i++) expect(created).toContain(`create d${i}/e/f/file`);
});

it("calls directories by the names that they have now, and leaves out those that have left", async () => {
  await using watched = await watch("renames", true, async (place) => {
    await mkdir(join(place, "a/b"), { recursive: true });
  });
  await rename(join(watched.place, "a"), join(watched.place, "z"));
  await writeFile(join(watched.place, "z/b/file"), "");
  expect(await watched.until("z/b/file")).toEqual(["rename a z", "create z/b/file"]);
  const away = join(use.fixture.directory, "away");
  await rename(join(watched.place, "z"), away);
  await writeFile(join(away, "b/unseen"), "");
  await writeFile(join(watched.place, "last"), "");
  expect(await watched.until("last")).toEqual(["remove z", "create last"]);
});

it("leaves out what is below, unless told, and what links lead to", async () => {
  await using watched = await watch("flat", false, async (place) => {
    await mkdir(join(place, "below"));
    await symlink("/tmp", join(place, "link"));
  });
  await writeFile(join(watched.place, "below/file"), "");
  await writeFile(join(watched.place, "last"), "");
  expect(await watched.until("last")).toEqual(["create last"]);
});

it("ends when the directory is removed, and is refused where none is", async () => {
  await using watched = await watch("doomed");
  await rm(watched.place, { recursive: true });
  expect(await watched.until("no such")).toEqual(["remove", "end"]);
  const begin = (path: string) =>
    failureOf(Array.fromAsync(use.agent.files.watch({ path, recursive: true }, calm)));
  expect(await begin(watched.place)).toMatchObject({ code: "guest_file_not_found" });
  expect(await begin("/etc/passwd")).toMatchObject({ code: "guest_refused" });
});

it("reports each of 5,000 changes in a tree of 10,000 files", async () => {
  await using watched = await watch("many", true, async (place) => {
    const script = `for d in $(seq 100); do mkdir "$d"; (cd "$d" && seq -f file-%g 99 | xargs touch); done`;
    execFileSync("sh", ["-c", script], { cwd: place });
  });
  const change = `for d in $(seq 100); do for f in $(seq 50); do echo x >> "$d/file-$f"; done; done; : > last`;
  execFileSync("sh", ["-c", change], { cwd: watched.place });
  const told = (await watched.until("last")).filter((line) => line.startsWith("write"));
  expect(new Set(told).size).toBe(5000);
});

it("says that events were lost when nobody reads, and goes on behind that", async () => {
  await using watched = await watch("lost");
  const flood = `for i in $(seq 20000); do echo "f$i"; done | xargs touch; mkdir late`;
  execFileSync("sh", ["-c", flood], { cwd: watched.place });
  await writeFile(join(watched.place, "late/file"), "");
  await watched.until("overflow");
  await writeFile(join(watched.place, "late/last"), "");
  expect(await watched.until("late/last")).toContain("create late/last");
});

it("tells no more of what is below a directory that has left", async () => {
  const bed = join(use.fixture.directory, "bed");
  await mkdir(bed);
  await using watched = await watch("left", true, async (place) => {
    await mkdir(join(place, "gone/deep/deeper"), { recursive: true });
    await mkdir(join(place, "gone2"));
  });
  execFileSync("sh", ["-c", `mv gone "$1"; : > middle`, "sh", bed], { cwd: watched.place });
  expect(await watched.until("middle")).toEqual(["remove gone", "create middle"]);
  execFileSync("sh", ["-c", `: > "$1/gone/deep/deeper/file"; : > gone2/last; : > last`, "sh", bed], {
    cwd: watched.place,
  });
  expect(await watched.until("last")).toEqual(["create gone2/last", "create last"]);
});
