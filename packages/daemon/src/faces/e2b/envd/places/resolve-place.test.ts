import { Readable } from "node:stream";
import { toForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { LOCAL_USER } from "@forkd/core";
import type { GuestFileContent } from "@forkd/core";
import { expect, it } from "vitest";
import { resolvePlace } from "./resolve-place.ts";

const ACCOUNTS = "root:x:0:0::/root:/bin/sh\nann:x:1:1:a,b:/home/ann:/bin/sh\nodd:x:2:2::relative:\nshort\n";

const call = {
  caller: LOCAL_USER,
  id: "sb_aaaaaaaaaaaaaaaa" as SandboxId,
  user: undefined as string | undefined,
  signal: new AbortController().signal,
  explain: toForkdError,
};

/** A guest that has these accounts. */
const guestWith = (accounts: string | Iterable<Buffer>) => ({
  readFile: async () =>
    Object.assign(Readable.from(typeof accounts === "string" ? [Buffer.from(accounts)] : accounts), {
      span: undefined,
    }) satisfies GuestFileContent,
});
const resolve = (path: string, user?: string): Promise<string> =>
  resolvePlace(guestWith(ACCOUNTS), { ...call, user }, path);

it.each([
  ["/a/../b//c/", undefined, "/b/c"],
  ["/../..", undefined, "/"],
  ["a", undefined, "/root/a"],
  ["", undefined, "/root"],
  ["~", "ann", "/home/ann"],
  ["~/a", "ann", "/home/ann/a"],
  ["../../etc", "ann", "/etc"],
  ["/a", "ann", "/a"],
  ["a~", "ann", "/home/ann/a~"],
  ["a", "odd", "/a"],
])("takes %j of %s for %s", async (path, user, place) => expect(await resolve(path, user)).toBe(place));

it.each([
  ["a\0b", undefined, "has a NUL"],
  ["~bob", undefined, "home of another user"],
  ["/a", "bob", "there is no user bob"],
  ["a", "short:", "there is no user short:"],
])(
  "refuses %j of %s",
  async (path, user, message) => await expect(resolve(path, user)).rejects.toThrow(message),
);

it("reads no more of a guest's accounts than there may be", async () => {
  let chunks = 0;
  function* endless(): Generator<Buffer> {
    for (;;) {
      chunks += 1;
      yield Buffer.alloc(65_536, "x");
    }
  }
  await expect(resolvePlace(guestWith(endless()), call, "a")).rejects.toThrow("over 1048576 bytes");
  expect(chunks).toBeLessThan(64);
});
