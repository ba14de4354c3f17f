import { mkdtempDisposable, open, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTail, trimLog } from "./console-log.ts";

function makeDirectory() {
  return mkdtempDisposable(join(tmpdir(), "forkd-log-"));
}

describe("readTail", () => {
  it("gives the last lines, oldest first", async () => {
    await using directory = await makeDirectory();
    const path = join(directory.path, "console.log");
    await writeFile(path, "one\r\ntwo\r\n\r\nthree\nfour");
    await expect(readTail(path, 3, 1000)).resolves.toEqual(["two", "three", "four"]);
  });

  it("reads no more than it is allowed to", async () => {
    await using directory = await makeDirectory();
    const path = join(directory.path, "console.log");
    await writeFile(path, `${"x".repeat(5000)}\nlast\n`);
    const lines = await readTail(path, 10, 20);
    expect(lines).toEqual(["x".repeat(14), "last"]);
  });

  it("strips terminal sequences that a guest wrote", async () => {
    await using directory = await makeDirectory();
    const path = join(directory.path, "console.log");
    await writeFile(path, "\u001b[31mred\u001b[0m\u0007\u001b]0;title\u0007 text\u009b2J\n");
    const [line] = await readTail(path, 1, 1000);
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(line).toContain("red");
  });

  it("cuts a long line", async () => {
    await using directory = await makeDirectory();
    const path = join(directory.path, "console.log");
    await writeFile(path, "y".repeat(5000));
    const [line] = await readTail(path, 1, 10_000);
    expect(line).toHaveLength(1000);
  });

  it("gives nothing for a file that does not exist", async () => {
    await using directory = await makeDirectory();
    await expect(readTail(join(directory.path, "none"), 5, 100)).resolves.toEqual([]);
  });

  it("does not follow a symbolic link", async () => {
    await using directory = await makeDirectory();
    await symlink("/etc/passwd", join(directory.path, "link"));
    await expect(readTail(join(directory.path, "link"), 5, 100)).rejects.toMatchObject({ code: "ELOOP" });
  });
});

describe("trimLog", () => {
  it("keeps the end of a log that passed its limit, and what is appended later", async () => {
    await using directory = await makeDirectory();
    const path = join(directory.path, "console.log");
    await using writer = await open(path, "a");
    await writer.write("0123456789");
    await expect(trimLog(path, { limitBytes: 8, keepBytes: 4 })).resolves.toBe(true);
    await writer.write("ab");
    await expect(readFile(path, "utf8")).resolves.toBe("6789ab");
  });

  it("keeps the last MiB of a log that nobody gave another limit", async () => {
    await using directory = await makeDirectory();
    const path = join(directory.path, "console.log");
    await writeFile(path, Buffer.alloc(4 * 1024 * 1024));
    await expect(trimLog(path)).resolves.toBe(false);
    await writeFile(path, "x", { flag: "a" });
    await expect(trimLog(path)).resolves.toBe(true);
    const kept = await readFile(path);
    expect([kept.length, kept.at(-1)]).toEqual([1024 * 1024, "x".charCodeAt(0)]);
  });

  it("leaves a log alone that is within its limit", async () => {
    await using directory = await makeDirectory();
    const path = join(directory.path, "console.log");
    await writeFile(path, "0123456789");
    await expect(trimLog(path, { limitBytes: 10, keepBytes: 4 })).resolves.toBe(false);
    await expect(readFile(path, "utf8")).resolves.toBe("0123456789");
  });
});
