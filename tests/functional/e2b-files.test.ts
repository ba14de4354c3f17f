import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { useE2bGuest } from "../harness/e2b-guest.ts";

const guest = useE2bGuest("e2b-files");

const streamOf = (bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> => new Blob([bytes]).stream();

test("what is written in any form is read in any form", async () => {
  const bytes = new Uint8Array(randomBytes(300_000));
  const forms = { buffer: bytes.buffer, blob: new Blob([bytes]), stream: streamOf(bytes) };
  for (const [name, data] of Object.entries(forms)) {
    const path = `/srv/forms/${name}`;
    expect(await guest.sandbox.files.write(path, data)).toMatchObject({ name, type: "file", path });
    expect(Buffer.from(await guest.sandbox.files.read(path, { format: "bytes" })).equals(bytes)).toBe(true);
  }
  const path = "/srv/forms/blob";
  const blob = await guest.sandbox.files.read(path, { format: "blob" });
  expect(Buffer.from(await blob.arrayBuffer()).equals(bytes)).toBe(true);
  const stream = await guest.sandbox.files.read(path, { format: "stream" });
  expect(Buffer.from(await new Response(stream).arrayBuffer()).equals(bytes)).toBe(true);
  await guest.sandbox.files.write("/srv/forms/text", "grüß Gott\n");
  expect(await guest.sandbox.files.read("/srv/forms/text")).toBe("grüß Gott\n");
  await guest.sandbox.files.write("/srv/forms/none", "");
  expect(await guest.sandbox.files.read("/srv/forms/none")).toBe("");
  expect(await guest.sandbox.files.read("/proc/version")).toContain("Linux");
});

test("several files come in one form, whatever they are called", async () => {
  const names = ["/srv/many/a b", "/srv/many/ü/→", "/srv/many/back\\slash", "/srv/many/x%y&z=1", "many.txt"];
  const written = await guest.sandbox.files.write(names.map((path) => ({ path, data: path })));
  expect(written.map(({ path }) => path)).toEqual([...names.slice(0, -1), "/root/many.txt"]);
  for (const path of names) expect(await guest.sandbox.files.read(path)).toBe(path);
});

test("content is zipped both ways as it is asked for", async () => {
  const text = "again and ".repeat(10_000);
  await guest.sandbox.files.write("/srv/zipped", text, { gzip: true });
  expect(await guest.sh("wc -c < /srv/zipped")).toBe(String(text.length));
  expect(await guest.sandbox.files.read("/srv/zipped", { gzip: true })).toBe(text);
  const zipped = await guest.ask("/files?path=/srv/zipped", {}, { "accept-encoding": "gzip" });
  expect(zipped.headers.get("content-encoding")).toBe("gzip");
  const broken = { method: "POST", body: "no gzip at all" };
  const headers = { "content-type": "application/octet-stream", "content-encoding": "gzip" };
  expect((await guest.ask("/files?path=/srv/broken", broken, headers)).status).toBe(400);
  expect(await guest.sandbox.files.exists("/srv/broken")).toBe(false);
});

test("a large file goes through no faster than the guest takes it", async () => {
  const MIB = 1024 * 1024;
  const chunk = new Uint8Array(MIB).fill(7);
  let sent = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => (sent++ < 64 ? controller.enqueue(chunk) : controller.close()),
  });
  const writing = guest.sandbox.files.write("/srv/large/file", stream);
  await expect.poll(() => guest.sh("ls -A /srv/large")).not.toBe("");
  const own = guest.ownOf(guest.sandbox);
  await own.pause();
  let before = -1;
  for (; before < sent; await delay(200)) before = sent;
  // What is on its way in sockets and windows.
  expect(sent).toBeLessThan(48);
  await own.resume();
  await writing;
  expect(await guest.sh("wc -c < /srv/large/file")).toBe(String(64 * MIB));
  let bytes = 0;
  const reader = await guest.sandbox.files.read("/srv/large/file", { format: "stream" });
  for await (const some of reader as unknown as AsyncIterable<Uint8Array>) bytes += some.length;
  expect(bytes).toBe(64 * MIB);
});

test("a part of a file is read by its range", async () => {
  await guest.sandbox.files.write("/srv/ranged", "0123456789");
  const part = await guest.ask("/files?path=/srv/ranged", {}, { range: "bytes=2-4" });
  expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([
    206,
    "bytes 2-4/10",
    "234",
  ]);
  expect((await guest.ask("/files?path=/srv/ranged", {}, { range: "bytes=10-" })).status).toBe(416);
});

test("files are described, listed, moved and removed", async () => {
  const { files } = guest.sandbox;
  expect(await files.makeDir("tree/a/b")).toBe(true);
  expect(await files.makeDir("tree/a/b")).toBe(false);
  await files.write("tree/a/b/file", "12345");
  await guest.sh(
    "cd /root/tree && ln -s a/b/file link && ln -s nowhere astray && mkfifo pipe && ln -s a dir",
  );
  expect(await files.getInfo("tree/a/b/file")).toMatchObject({
    name: "file",
    type: "file",
    path: "/root/tree/a/b/file",
    size: 5,
    mode: 0o644,
    permissions: "-rw-r--r--",
    owner: "root",
    group: "root",
    modifiedTime: expect.any(Date),
  });
  expect(await files.getInfo("~/tree/link")).toMatchObject({
    type: "file",
    mode: 0o644,
    symlinkTarget: "/root/tree/a/b/file",
  });
  const shallow = await files.list("tree");
  expect(shallow.map(({ name, type }) => [name, type])).toEqual([
    ["a", "dir"],
    ["astray", "symlink"],
    ["dir", "dir"],
    ["link", "file"],
  ]);
  expect((await files.list("tree/a", { depth: 2 })).map(({ path }) => path)).toEqual([
    "/root/tree/a/b",
    "/root/tree/a/b/file",
  ]);
  expect(await files.rename("tree/a/b/file", "tree/new/place")).toMatchObject({
    path: "/root/tree/new/place",
  });
  expect(await files.exists("tree/a/b/file")).toBe(false);
  await files.remove("tree");
  await files.remove("tree");
  expect(await files.exists("tree")).toBe(false);
});

test("what is noted of a file is told with it wherever it is told of, until it is written anew", async () => {
  const { files } = guest.sandbox;
  const metadata = { author: "Ann", "x.kind": "draft = 1" };
  expect(await files.write("noted/a", "1", { metadata })).toMatchObject({ path: "/root/noted/a", metadata });
  const stream = { useOctetStream: true, gzip: true, metadata };
  expect(await files.write("noted/b", "2", stream)).toMatchObject({ metadata });
  const many = [
    { path: "noted/c", data: "3" },
    { path: "noted/d", data: "4" },
  ];
  for (const written of await files.writeFiles(many, { metadata }))
    expect(written.metadata).toEqual(metadata);
  expect((await files.getInfo("noted/a")).metadata).toEqual(metadata);
  expect((await files.list("noted")).map((file) => [file.name, file.metadata])).toEqual(
    ["a", "b", "c", "d"].map((name) => [name, metadata]),
  );
  expect((await files.rename("noted/a", "noted/moved")).metadata).toEqual(metadata);
  await guest.sh("ln -s moved /root/noted/link; cp /root/noted/moved /root/noted/copy");
  expect((await files.getInfo("noted/link")).metadata).toEqual(metadata);
  expect((await files.getInfo("noted/copy")).metadata).toBeUndefined();
  await files.write("noted/moved", "5", { metadata: { other: "" } });
  expect((await files.getInfo("noted/moved")).metadata).toEqual({ other: "" });
  await files.write("noted/moved", "6");
  expect((await files.getInfo("noted/moved")).metadata).toBeUndefined();
});

test("keys of metadata are in small letters, and what a program of the guest noted is told too", async () => {
  const { files } = guest.sandbox;
  const written = await files.write("noted/letters", "", { metadata: { AuThOr: "Ann" } });
  expect(written.metadata).toEqual({ author: "Ann" });
  const script = "import os; os.setxattr('/root/noted/letters', 'user.e2b.by', 'grün'.encode())";
  await guest.sh(`python3 -c "${script}"`);
  expect((await files.getInfo("noted/letters")).metadata).toEqual({ author: "Ann", by: "grün" });
});

test("a change is told with what is noted of the file, which is never seen without", async () => {
  const { files } = guest.sandbox;
  const told: unknown[] = [];
  await files.makeDir("noted/watched");
  const watch = await files.watchDir("noted/watched", ({ entry }) => void told.push(entry?.metadata), {
    includeEntry: true,
  });
  await files.write("noted/watched/file", "x", { metadata: { a: "b" } });
  await expect.poll(() => told.length).toBeGreaterThanOrEqual(2);
  await watch.stop();
  expect(new Set(told.map((metadata) => JSON.stringify(metadata)))).toEqual(new Set(['{"a":"b"}']));
});

test("a file system that keeps nothing of the kind is named, and the file is not written", async () => {
  await guest.sh("mkdir -p /mnt/plain && mount -t ramfs ramfs /mnt/plain");
  const { files } = guest.sandbox;
  await expect(files.write("/mnt/plain/file", "x", { metadata: { a: "b" } })).rejects.toMatchObject({
    name: "InvalidArgumentError",
    message: expect.stringContaining("keeps no metadata"),
  });
  expect(await guest.sh("ls -A /mnt/plain")).toBe("");
  await files.write("/mnt/plain/file", "x");
  expect((await files.getInfo("/mnt/plain/file")).metadata).toBeUndefined();
});

test("what is made belongs to the user who is named, and is looked for in that user's home", async () => {
  await guest.sh("useradd --create-home --uid 4321 ann");
  const ann = { user: "ann" };
  await guest.sandbox.files.write("notes/today", "x", ann);
  await guest.sandbox.files.write([{ path: "b", data: "" }], ann);
  await guest.sandbox.files.makeDir("~/made", ann);
  await guest.sandbox.files.rename("b", "moved/b", ann);
  expect(await guest.sh("cd /home/ann && stat -c %U notes notes/today b made moved moved/b 2>&1")).toBe(
    ["ann", "ann", "stat: cannot statx 'b': No such file or directory", "ann", "ann", "ann"].join("\n"),
  );
  expect(await guest.sandbox.files.read("notes/today", ann)).toBe("x");
  await expect(guest.sandbox.files.read("notes/today")).rejects.toMatchObject({ name: "FileNotFoundError" });
  const nobody = { user: "no-such-user" };
  for (const attempt of [
    () => guest.sandbox.files.write("x", "", nobody),
    () => guest.sandbox.files.read("x", nobody),
    () => guest.sandbox.files.list("/", nobody),
    () => guest.sandbox.files.makeDir("/srv/x", nobody),
  ])
    await expect(attempt()).rejects.toThrow("there is no user no-such-user");
});
