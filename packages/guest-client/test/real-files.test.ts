import { randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import { lstat, mkdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { calm, failureOf } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();

describe("files", () => {
  it("come back as they were written", async () => {
    const path = join(use.fixture.directory, "deep/er/a file \u00FC?&=%.bin");
    const bytes = randomBytes(5_000_000);
    expect(await use.agent.files.write({ path, mode: "0600" }, Readable.from([bytes]), calm)).toBe(
      bytes.length,
    );
    const read = await buffer(await use.agent.files.read({ path }, calm));
    expect(read.equals(bytes)).toBe(true);
  });

  it("can be empty", async () => {
    const path = join(use.fixture.directory, "empty");
    expect(await use.agent.files.write({ path, mode: "0644" }, Readable.from([]), calm)).toBe(0);
    expect(await buffer(await use.agent.files.read({ path }, calm))).toHaveLength(0);
  });

  it("give guest_file_not_found when they are not there, and guest_refused when they are directories", async () => {
    expect(await failureOf(use.agent.files.read({ path: "/no/such/file" }, calm))).toMatchObject({
      code: "guest_file_not_found",
    });
    expect(await failureOf(use.agent.files.read({ path: "/tmp" }, calm))).toMatchObject({
      code: "guest_refused",
    });
  });

  it("give guest_refused for a path that is too long for any kernel", async () => {
    const long = `/${"\u20AC".repeat(4000)}`;
    const failure = { code: "guest_refused", message: expect.stringContaining("12001 bytes") };
    expect(await failureOf(use.agent.files.read({ path: long }, calm))).toMatchObject(failure);
    const content = Readable.from(["x"]);
    expect(await failureOf(use.agent.files.write({ path: long, mode: "0644" }, content, calm))).toMatchObject(
      failure,
    );
    expect(content.destroyed).toBe(true);
  });

  it("give guest_refused where a pipe, a socket or a directory is, which stays", async () => {
    const { directory } = use.fixture;
    execFileSync("mkfifo", [join(directory, "pipe")]);
    await symlink("pipe", join(directory, "link-to-pipe"));
    await mkdir(join(directory, "folder"));
    for (const name of ["pipe", "link-to-pipe", "folder"]) {
      const path = join(directory, name);
      const before = await lstat(path);
      const writing = use.agent.files.write({ path, mode: "0644" }, Readable.from(["x"]), calm);
      expect(await failureOf(writing)).toMatchObject({
        code: "guest_refused",
        message: expect.stringContaining("(not_regular)") as string,
      });
      expect((await lstat(path)).ino).toBe(before.ino);
    }
  });

  it("are written through a link, and take the place of one that leads nowhere", async () => {
    const { directory } = use.fixture;
    const target = join(directory, "target");
    const link = join(directory, "link");
    const dangling = join(directory, "dangling");
    await writeFile(target, "old");
    await symlink("target", link);
    await symlink("nowhere", dangling);
    for (const path of [link, dangling])
      await use.agent.files.write({ path, mode: "0644" }, Readable.from(["new"]), calm);
    expect(await readFile(target, "utf8")).toBe("new");
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await lstat(dangling)).isFile()).toBe(true);
  });

  it("have content even where they have no length", async () => {
    const content = await buffer(await use.agent.files.read({ path: "/proc/self/status" }, calm));
    expect(content.toString()).toContain("forkd-agent");
  });

  it("give guest_refused when they are cut short while they are read", async () => {
    const path = join(use.fixture.directory, "shrinking");
    await writeFile(path, Buffer.alloc(5_000_000));
    const content = await use.agent.files.read({ path }, calm);
    await truncate(path, 10);
    expect(await failureOf(buffer(content))).toMatchObject({ code: "guest_refused" });
    await use.agent.ping(calm);
  });

  it("are left as they were when an upload breaks off", async () => {
    const path = join(use.fixture.directory, "kept");
    await writeFile(path, "as it was");
    const input = new Readable({ read: () => undefined });
    input.push("half of ");
    setTimeout(() => input.destroy(new Error("the client hung up")), 50);
    expect(await failureOf(use.agent.files.write({ path, mode: "0644" }, input, calm))).toMatchObject({
      code: "cancelled",
    });
    await use.agent.ping(calm);
    expect(await readFile(path, "utf8")).toBe("as it was");
  });
});

describe.each(["python", "node"] as const)("the %s interpreter", (language) => {
  const one = (code: string, timeoutMs = 10_000) =>
    use.agent.evaluate({ language, code, mode: "auto", timeoutMs }, calm);

  it("keeps its state and gives values", async ({ skip }) => {
    const state = (await use.agent.ping(calm)).interpreters[language].state;
    skip(state === "absent", `this host has no ${language} for the agent`);
    await use.agent.startInterpreter(language, calm);
    await one(language === "python" ? "x = 20" : "globalThis.x = 20");
    expect(await one("x + 22")).toMatchObject({ result: "42", result_json: "42", error: null, exit_code: 0 });
    expect(await one("no_such_name")).toMatchObject({ exit_code: 1, timed_out: false });
  });
});
