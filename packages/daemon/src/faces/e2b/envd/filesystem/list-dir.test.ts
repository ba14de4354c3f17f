import type { SandboxId } from "@forkd/contract";
import { toForkdError } from "@forkd/contract";
import { LOCAL_USER } from "@forkd/core";
import type { GuestFile } from "@forkd/core";
import { expect, test } from "vitest";
import { LIMITS } from "../../refusals/limits.ts";
import { listDirectory } from "./list-dir.ts";

const CALL = {
  caller: LOCAL_USER,
  id: "sb_0123456789abcdef" as SandboxId,
  user: undefined,
  signal: new AbortController().signal,
  explain: toForkdError,
};
const FILE: Omit<GuestFile, "path"> = {
  type: "file",
  mode: 0o644,
  owner: "root",
  group: "root",
  uid: 0,
  gid: 0,
  sizeBytes: 0,
  modifiedMs: 0,
  target: null,
  metadata: {},
};

/** A directory without an end, and how many files were asked for. */
function endless(pathLength: number) {
  const asked = { files: 0 };
  async function* list(): AsyncGenerator<GuestFile> {
    for (;;) yield { ...FILE, path: String((asked.files += 1)).padStart(pathLength, "f") };
  }
  return {
    asked,
    operations: { listFiles: async () => list(), getFileInfo: async () => ({ ...FILE, path: "" }) },
  };
}

test("a link is told with what is noted of what it leads to", async () => {
  const link = { ...FILE, path: "link", type: "symlink", target: "file" } as const;
  const operations = {
    listFiles: async () =>
      (async function* () {
        yield link;
      })(),
    getFileInfo: async () => ({ ...FILE, path: "/srv/file", metadata: { author: "ann" } }),
  };
  const [entry] = await listDirectory(operations, CALL, { path: "/srv", depth: 1 });
  expect(entry).toMatchObject({ path: "/srv/link", metadata: { author: "ann" } });
});

test("what is noted counts among what is told at once", async () => {
  const metadata = { note: "x".repeat(3840 - 4 - 5) };
  async function* list(): AsyncGenerator<GuestFile> {
    for (;;) yield { ...FILE, path: "file1", metadata };
  }
  const operations = { listFiles: async () => list(), getFileInfo: async () => ({ ...FILE, path: "" }) };
  const most = Math.floor((32 * 1024 * 1024) / (3840 + 256));
  const listing = listDirectory(operations, CALL, { path: "/srv", depth: 1 });
  await expect(listing).rejects.toThrow(`more than the ${most} files`);
});

test("a directory that has more files than are told at once is refused, and read no further", async () => {
  const { asked, operations } = endless(3840);
  const listing = listDirectory(operations, CALL, { path: "/srv", depth: 1 });
  await expect(listing).rejects.toThrow(LIMITS.listing.told);
  expect(asked.files).toBe(Math.floor((32 * 1024 * 1024) / (3840 + 256)) + 1);
});
