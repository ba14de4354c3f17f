import { execFileSync } from "node:child_process";
import { constants } from "node:fs";
import {
  chmod,
  lstat,
  mkdir,
  open,
  readFile,
  readdir,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { FileRange } from "@forkd/core";
import { describe, expect, it } from "vitest";
import { calm, failureOf } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();

/** A new directory of the agent's host, by its path. */
async function makePlace(name: string): Promise<string> {
  const path = join(use.fixture.directory, name);
  await mkdir(path);
  return path;
}

async function listNames(path: string, depth: number): Promise<string[]> {
  const found = await Array.fromAsync(use.agent.files.list({ path, depth }, calm));
  return found.map((file) => file.path).toSorted();
}

describe("a part of a file", () => {
  const CONTENT = "0123456789";
  const read = async (range: FileRange, path: string): Promise<string> =>
    (await buffer(await use.agent.files.read({ path, range }, calm))).toString();

  it("is read from an offset, to the end or so many bytes, or from the end", async () => {
    const path = join(await makePlace("ranges"), "digits");
    await writeFile(path, CONTENT);
    expect(await read({ offset: 3 }, path)).toBe("3456789");
    expect(await read({ offset: 3, length: 2 }, path)).toBe("34");
    expect(await read({ offset: 8, length: 50 }, path)).toBe("89");
    expect(await read({ tail: 4 }, path)).toBe("6789");
    expect(await read({ tail: 40 }, path)).toBe(CONTENT);
    const { span } = await use.agent.files.read({ path, range: { tail: 4 } }, calm);
    expect(span).toEqual({ offset: 6, bytes: 4, sizeBytes: 10 });
    for (const range of [{ offset: 10 }, { tail: 0 }])
      expect(await failureOf(read(range, path))).toMatchObject({ code: "range_not_satisfiable" });
  });

  it("is all of a file whose size nobody knows", async () => {
    const content = await use.agent.files.read({ path: "/proc/self/status", range: { offset: 2 } }, calm);
    expect(content.span).toBeUndefined();
    expect((await buffer(content)).toString()).toMatch(/^Name:\tforkd-agent/);
  });

  it("is a part of a sparse file that is as long as one of sysfs", async () => {
    const path = join(await makePlace("sparse"), "page");
    await writeFile(path, "");
    await truncate(path, 4096);
    expect(await read({ tail: 5 }, path)).toBe("\0".repeat(5));
  });

  it("is written at an offset or at the end, into a file that is made where none is", async () => {
    const path = join(await makePlace("parts"), "new/digits");
    const write = (text: string, offset?: number) =>
      use.agent.files.writePart({ path, mode: "0640", offset }, Readable.from([text]), calm);
    expect(await write("abc")).toBe(3);
    await write("def");
    await write("XY", 2);
    await write("z", 8);
    expect(await readFile(path, "latin1")).toBe("abXYef\0\0z");
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it("is written where a link leads, or in place of one that leads nowhere", async () => {
    const place = await makePlace("part-links");
    await writeFile(join(place, "there"), "abc");
    await symlink("there", join(place, "link"));
    await symlink("nowhere", join(place, "dangling"));
    for (const name of ["link", "dangling"]) {
      const order = { path: join(place, name), mode: "0644" };
      await use.agent.files.writePart(order, Readable.from(["def"]), calm);
    }
    expect(await readFile(join(place, "there"), "utf8")).toBe("abcdef");
    expect(await readFile(join(place, "dangling"), "utf8")).toBe("def");
    expect(await readdir(place)).toEqual(["dangling", "link", "there"]);
  });

  it("is not written into a directory, a pipe or a device", async () => {
    const place = await makePlace("no-parts");
    execFileSync("mkfifo", [join(place, "pipe")]);
    for (const path of [place, join(place, "pipe"), "/dev/null"]) {
      const writing = use.agent.files.writePart({ path, mode: "0644" }, Readable.from(["x"]), calm);
      expect(await failureOf(writing)).toMatchObject({ code: "guest_refused" });
    }
  });

  it("opens nothing that is no file, for which that may mean something", async () => {
    const path = join(await makePlace("opened"), "pipe");
    execFileSync("mkfifo", [path]);
    await using reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writing = use.agent.files.writePart({ path, mode: "0644" }, Readable.from(["x"]), calm);
    expect(await failureOf(writing)).toMatchObject({ code: "guest_refused" });
    // A pipe that somebody has had open for writing is hung up, and poll(2) says so.
    const poll = "import select; p = select.poll(); p.register(0, select.POLLIN); print(p.poll(0))";
    expect(execFileSync("python3", ["-c", poll], { stdio: [reader.fd, "pipe", "inherit"] }).toString()).toBe(
      "[]\n",
    );
  });
});

describe("a listing", () => {
  it("goes as deep as it is told, does not follow links, and takes any name", async () => {
    const place = await makePlace("tree");
    await mkdir(join(place, "a/b/c"), { recursive: true });
    await writeFile(join(place, "a/b/file \u{1F600}\n"), "x");
    await symlink("/etc", join(place, "link"));
    await writeFile(Buffer.concat([Buffer.from(`${place}/bad`), Buffer.from([0xff, 0xfe])]), "");
    expect(await listNames(place, 1)).toEqual(["a", "bad\uFFFD\uFFFD", "link"]);
    expect(await listNames(place, 3)).toEqual([
      "a",
      "a/b",
      "a/b/c",
      "a/b/file \u{1F600}\n",
      "bad\uFFFD\uFFFD",
      "link",
    ]);
  });

  it("tells of each file what lstat tells", async () => {
    const place = await makePlace("facts");
    await writeFile(join(place, "file"), "12345", { mode: 0o600 });
    await symlink("../away", join(place, "link"));
    execFileSync("mkfifo", [join(place, "pipe")]);
    const found = await Array.fromAsync(use.agent.files.list({ path: place, depth: 1 }, calm));
    const { mtimeMs } = await lstat(join(place, "file"));
    expect(found.find(({ path }) => path === "file")).toEqual({
      path: "file",
      type: "file",
      sizeBytes: 5,
      mode: 0o600,
      uid: process.getuid?.(),
      gid: process.getgid?.(),
      owner: expect.any(String) as string,
      group: expect.any(String) as string,
      modifiedMs: Math.floor(mtimeMs),
      target: null,
      metadata: {},
    });
    expect(found.find(({ path }) => path === "link")).toMatchObject({ type: "symlink", target: "../away" });
    expect(found.find(({ path }) => path === "pipe")).toMatchObject({ type: "fifo" });
    const info = { path: join(place, "link"), follow: false };
    expect(await use.agent.files.info(info, calm)).toMatchObject({ type: "symlink", path: info.path });
    expect(await failureOf(use.agent.files.info({ ...info, follow: true }, calm))).toMatchObject({
      code: "guest_file_not_found",
    });
  });

  it("takes a tree of 10,000 files", async () => {
    const place = await makePlace("large");
    const script = `for d in $(seq 100); do mkdir "$d"; (cd "$d" && seq -f file-%g 99 | xargs touch); done`;
    execFileSync("sh", ["-c", script], { cwd: place });
    expect(await listNames(place, 2)).toHaveLength(10_000);
    await use.agent.files.remove({ path: place, recursive: true }, calm);
    expect(await readdir(use.fixture.directory)).not.toContain("large");
  });

  it("of what is no directory is refused", async () => {
    expect(await failureOf(listNames("/etc/passwd", 1))).toMatchObject({ code: "guest_refused" });
    expect(await failureOf(listNames("/no/such", 1))).toMatchObject({ code: "guest_file_not_found" });
    expect(await listNames("/", 1)).toContain("etc");
  });
});

describe("a directory", () => {
  it("is made with those above it, once", async () => {
    const path = join(use.fixture.directory, "made/below/here");
    expect(await use.agent.files.makeDirectory({ path, mode: "0700" }, calm)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await use.agent.files.makeDirectory({ path: `${path}/`, mode: "0755" }, calm)).toBe(false);
    const onFile = use.agent.files.makeDirectory({ path: "/etc/passwd", mode: "0755" }, calm);
    expect(await failureOf(onFile)).toMatchObject({ code: "guest_refused" });
  });

  it("is moved with what is in it, to where nothing is yet", async () => {
    const place = await makePlace("moves");
    await mkdir(join(place, "from"));
    await writeFile(join(place, "from/file"), "x");
    const order = { from: join(place, "from"), to: join(place, "new/to") };
    expect(await use.agent.files.move(order, calm)).toMatchObject({ path: order.to, type: "dir" });
    expect(await readFile(join(place, "new/to/file"), "utf8")).toBe("x");
    expect(await failureOf(use.agent.files.move(order, calm))).toMatchObject({
      code: "guest_file_not_found",
    });
  });

  it("is removed with all that is in it, and nothing that its links lead to", async () => {
    const place = await makePlace("removal");
    const kept = join(place, "kept");
    await mkdir(join(place, "gone/deep/er"), { recursive: true });
    await mkdir(kept);
    await writeFile(join(kept, "file"), "x");
    await symlink(kept, join(place, "gone/deep/link"));
    await symlink(kept, join(place, "link"));
    const remove = (path: string, recursive: boolean) => use.agent.files.remove({ path, recursive }, calm);
    expect(await failureOf(remove(join(place, "gone"), false))).toMatchObject({ code: "guest_refused" });
    await remove(join(place, "gone"), true);
    await remove(`${join(place, "link")}/`, true);
    expect(await readdir(place)).toEqual(["kept"]);
    expect(await readdir(kept)).toEqual(["file"]);
    expect(await failureOf(remove(join(place, "gone"), true))).toMatchObject({
      code: "guest_file_not_found",
    });
  });

  it("is removed however deep it is", async () => {
    const place = await makePlace("deep");
    const deepest = join(place, "gone", "d/".repeat(1000));
    await mkdir(deepest, { recursive: true });
    await writeFile(join(deepest, "file"), "");
    await mkdir(join(place, "gone", "d/".repeat(300), "other/one"), { recursive: true });
    await use.agent.files.remove({ path: join(place, "gone"), recursive: true }, calm);
    expect(await readdir(place)).toEqual([]);
  });

  it("is not removed by a way back up", async () => {
    const place = await makePlace("stays");
    await mkdir(join(place, "below"));
    for (const path of [`${place}/below/..`, `${place}/.`])
      expect(await failureOf(use.agent.files.remove({ path, recursive: true }, calm))).toMatchObject({
        code: "guest_refused",
      });
    expect(await readdir(place)).toEqual(["below"]);
  });
});

describe("attributes", () => {
  it("are changed one by one", async () => {
    const path = join(await makePlace("attributes"), "file");
    await writeFile(path, "");
    await chmod(path, 0o600);
    const change = (own: object) => use.agent.files.change({ path, ...own }, calm);
    expect(await change({ mode: "4755" })).toMatchObject({ mode: 0o4755, path });
    for (const own of [{ owner: "no-such-user" }, { group: "no-such-group" }])
      expect(await failureOf(change(own))).toMatchObject({ code: "guest_refused" });
  });

  it.runIf(process.getuid?.() === 0)("say whose it is, one by one too", async () => {
    const path = join(await makePlace("owned"), "file");
    await writeFile(path, "");
    await chmod(path, 0o4755);
    const change = (own: object) => use.agent.files.change({ path, ...own }, calm);
    expect(await change({ owner: "nobody" })).toMatchObject({ owner: "nobody", mode: 0o755 });
    expect(await change({ group: "12345" })).toMatchObject({ owner: "nobody", group: "12345", gid: 12_345 });
  });
});
