import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFixedToken } from "./fixed-token.ts";

test("is the word in its file", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-token-"));
  const path = join(directory.path, "token");
  await writeFile(path, "  0123456789abcdef\n");
  expect(await readFixedToken(path)).toBe("0123456789abcdef");
});

test.each([
  ["", "holds 0 characters, less than 16"],
  ["0123456789abcde", "holds 15 characters, less than 16"],
  ["REPLACE_ME_WITH_A_TOKEN", "holds a placeholder"],
  ["change_me_0123456789abcdef", "holds a placeholder"],
  ["0123456789abcdef 0123456789abcdef", "holds more than one word"],
])("'%s' is none: %s", async (text, why) => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-token-"));
  const path = join(directory.path, "token");
  await writeFile(path, text);
  await expect(readFixedToken(path)).rejects.toMatchObject({
    code: "invalid_configuration",
    details: { variable: "FORKD_TOKEN_FILE", value: path, why },
  });
});

test("a file that is not there is named", async () => {
  await expect(readFixedToken("/nowhere/token")).rejects.toThrow(
    /FORKD_TOKEN_FILE.*\/nowhere\/token.*cannot be read/,
  );
});
