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

test("a directory that has more files than are told at once is refused, and read no further", async () => {
  const { asked, operations } = endless(3840);
  const listing = listDirectory(operations, CALL, { path: "/srv", depth: 1 });
  await expect(listing).rejects.toThrow(LIMITS.listing.told);
  expect(asked.files).toBe(Math.floor((32 * 1024 * 1024) / (3840 + 256)) + 1);
});
