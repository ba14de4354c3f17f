import type { ImageInfo, Tree } from "@forkd/sdk";
import { expect, test } from "vitest";
import { renderTree, summariseTree } from "./render-tree.ts";

const MIB = 1024 * 1024;
const IMAGE = "a".repeat(64);
const view = { glyphs: "unicode", style: (_: unknown, text: string) => text, nowUnix: 1000 } as const;
const image: ImageInfo = {
  id: IMAGE,
  names: ["py-numpy"],
  recipe: { suite: "bookworm", packages: [], files: [], script: null, sizeMib: 2048 },
  sizeBytes: 2048 * MIB,
  physicalBytes: 500 * MIB,
  createdAtUnix: 400,
  cached: false,
};

function snapshot(name: string, changes: Partial<Tree["snapshots"][number]> = {}): Tree["snapshots"][number] {
  return {
    id: `sn_${name.padEnd(16, "0")}`,
    tag: name,
    tags: [name],
    parentId: null,
    imageId: IMAGE,
    branchedFrom: null,
    memoryKind: "full",
    memoryMib: 256,
    physicalBytes: 100 * MIB,
    createdAtUnix: 500,
    ...changes,
  };
}

function sandbox(name: string, of: string, privateMib: number | null = 1): Tree["sandboxes"][number] {
  return {
    id: `sb_${name}`,
    snapshotId: `sn_${of.padEnd(16, "0")}`,
    status: privateMib === null ? "dead" : "running",
    createdAtUnix: 800,
    privateBytes: privateMib === null ? null : privateMib * MIB,
  };
}

const DIFF = { parentId: "sn_py00000000000000", memoryKind: "diff", physicalBytes: 9 * MIB } as const;
const tree: Tree = {
  snapshots: [
    snapshot("two", { ...DIFF, memoryKind: "full", createdAtUnix: 700, branchedFrom: "sb_a" }),
    snapshot("py"),
    snapshot("one", { ...DIFF, createdAtUnix: 600 }),
  ],
  sandboxes: [sandbox("a", "py", 3), sandbox("b", "one"), sandbox("c", "two", null)],
};

test("a tree shows what stands on what, and what each keeps and shares", () => {
  expect(renderTree(tree, [image], view)).toEqual([
    "NAME           KIND     ID                OWN  SHARED                CREATED     BRANCHED FROM",
    "py-numpy       image    aaaaaaaaaaaa  500 MiB  -                     10 min ago",
    "└─ py          full     sn_py000000   100 MiB  -                     8 min ago",
    "   ├─ sb_a     running                  3 MiB  253 MiB with py       3 min ago",
    "   ├─ one      diff     sn_one00000     9 MiB  memory, disk with py  6 min ago",
    "   │  └─ sb_b  running                  1 MiB  255 MiB with one      3 min ago",
    "   └─ two      full     sn_two00000     9 MiB  disk with py          5 min ago   sb_a",
    "      └─ sb_c  dead                         -  -                     3 min ago",
  ]);
});

test("elsewhere than on a UTF-8 terminal every character is ASCII", () => {
  const lines = renderTree(tree, [image], { ...view, glyphs: "ascii" });
  expect(lines[3]).toMatch(/^ {3}\|- sb_a /);
  expect(lines[5]).toMatch(/^ {3}\| {2}`- sb_b /);
  expect(lines.join("")).toMatch(/^[\x20-\x7E]*$/);
});

test("names that a pack brought cannot move the cursor, break a line or fake a branch", () => {
  const hostile = snapshot("py", { tags: ["x\u001B[2J\n   └─ y\u0007"], branchedFrom: "sb\u009B1m" });
  const lines = renderTree(
    { snapshots: [hostile], sandboxes: [] },
    [{ ...image, names: ["i\r\u001B]0;t\u0007"] }],
    view,
  );
  expect(lines).toHaveLength(3);
  // oxlint-disable-next-line no-control-regex
  expect(lines.join("")).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
  expect(lines[2]).toMatch(/^└─ x └─ y/);
});

test("everything is shown once, also what lost its parent, its image, or stands on itself", () => {
  const odd: Tree = {
    snapshots: [
      snapshot("lost", { parentId: "sn_gone", tag: null, tags: [], imageId: "b".repeat(64) }),
      snapshot("p", { parentId: "sn_q000000000000000" }),
      snapshot("q", { parentId: "sn_p000000000000000" }),
    ],
    sandboxes: [sandbox("x", "gone")],
  };
  const names = renderTree(odd, [], view).map((line) => /\(no name\)|\w+/.exec(line)?.[0]);
  expect(names).toEqual(["NAME", "(no name)", "sn_lost0000", "(no name)", "p", "q", "sb_x"]);
});

test("a snapshot is shown with all of its tags", () => {
  const lines = renderTree({ snapshots: [snapshot("py", { tags: ["py", "py2"] })], sandboxes: [] }, [], view);
  expect(lines[2]).toMatch(/^└─ py, py2 +full/);
});

test("the sum says what sharing saves", () => {
  expect(summariseTree(tree)).toBe(
    "2 running sandboxes with 512 MiB of memory together, of which 4 MiB not shared",
  );
  expect(summariseTree({ ...tree, sandboxes: [] })).toBeUndefined();
});
