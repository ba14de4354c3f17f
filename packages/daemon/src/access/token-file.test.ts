import { mkdtempDisposable, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTokenFile } from "./token-file.ts";

const TOKEN = {
  name: "ci",
  scope: "use",
  sha256: "0".repeat(64),
  createdAtUnix: 1,
  expiresAtUnix: null,
  tenant: null,
} as const;

test("keeps tokens for us alone", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-tokens-"));
  const path = join(directory.path, "tokens.json");
  const file = createTokenFile(path);
  expect(await file.read()).toEqual([]);
  await file.write([TOKEN]);
  expect(await file.read()).toEqual([TOKEN]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test.each(["", "{", "[]", '{"version":2,"tokens":[]}', '{"version":1,"tokens":[{"name":"ci"}]}'])(
  "a damaged file lets nobody in: %s",
  async (text) => {
    await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-tokens-"));
    const path = join(directory.path, "tokens.json");
    await writeFile(path, text);
    await expect(createTokenFile(path).read()).rejects.toThrow(path);
  },
);
