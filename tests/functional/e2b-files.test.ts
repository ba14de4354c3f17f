import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { Sandbox } from "e2b";
import type { Sandbox as OwnSandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";

let e2b: E2bDaemon;
let sandbox: Sandbox;
/** The same, as our own client has it. */
let guest: OwnSandbox;

beforeAll(async () => {
  e2b = await startForE2b("e2b-files");
  sandbox = await Sandbox.create(PARENT, e2b.options);
  guest = e2b.daemon.forkd.sandboxes.at(sandbox.sandboxId);
});
afterAll(() => e2b[Symbol.asyncDispose]());

const sh = async (script: string): Promise<string> => (await guest.run(script)).stdout.trim();

/** What a request needs to be for the sandbox, with the token that it was created with. */
const addressed = (): Record<string, string> => ({
  "e2b-sandbox-id": sandbox.sandboxId,
  "e2b-sandbox-port": "49983",
  "x-access-token": (sandbox as unknown as { envdAccessToken: string }).envdAccessToken,
});

/** A request as no client of E2B's sends it. */
const ask = (
  path: string,
  options: RequestInit = {},
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(new URL(path, e2b.baseUrl), {
    ...options,
    headers: { ...addressed(), ...headers },
  });

const streamOf = (bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> => new Blob([bytes]).stream();

test("what is written in any form is read in any form", async () => {
  const bytes = new Uint8Array(randomBytes(300_000));
  const forms = { buffer: bytes.buffer, blob: new Blob([bytes]), stream: streamOf(bytes) };
  for (const [name, data] of Object.entries(forms)) {
    const path = `/srv/forms/${name}`;
    expect(await sandbox.files.write(path, data)).toMatchObject({ name, type: "file", path });
    expect(Buffer.from(await sandbox.files.read(path, { format: "bytes" })).equals(bytes)).toBe(true);
  }
  const path = "/srv/forms/blob";
  const blob = await sandbox.files.read(path, { format: "blob" });
  expect(Buffer.from(await blob.arrayBuffer()).equals(bytes)).toBe(true);
  const stream = await sandbox.files.read(path, { format: "stream" });
  expect(Buffer.from(await new Response(stream).arrayBuffer()).equals(bytes)).toBe(true);
  await sandbox.files.write("/srv/forms/text", "grüß Gott\n");
  expect(await sandbox.files.read("/srv/forms/text")).toBe("grüß Gott\n");
  await sandbox.files.write("/srv/forms/none", "");
  expect(await sandbox.files.read("/srv/forms/none")).toBe("");
  expect(await sandbox.files.read("/proc/version")).toContain("Linux");
});

test("several files come in one form, whatever they are called", async () => {
  const names = ["/srv/many/a b", "/srv/many/ü/→", "/srv/many/back\\slash", "/srv/many/x%y&z=1", "many.txt"];
  const written = await sandbox.files.write(names.map((path) => ({ path, data: path })));
  expect(written.map(({ path }) => path)).toEqual([...names.slice(0, -1), "/root/many.txt"]);
  for (const path of names) expect(await sandbox.files.read(path)).toBe(path);
});

test("content is zipped both ways as it is asked for", async () => {
  const text = "again and ".repeat(10_000);
  await sandbox.files.write("/srv/zipped", text, { gzip: true });
  expect(await sh("wc -c < /srv/zipped")).toBe(String(text.length));
  expect(await sandbox.files.read("/srv/zipped", { gzip: true })).toBe(text);
  const zipped = await ask("/files?path=/srv/zipped", {}, { "accept-encoding": "gzip" });
  expect(zipped.headers.get("content-encoding")).toBe("gzip");
  const broken = { method: "POST", body: "no gzip at all" };
  const headers = { "content-type": "application/octet-stream", "content-encoding": "gzip" };
  expect((await ask("/files?path=/srv/broken", broken, headers)).status).toBe(400);
  expect(await sandbox.files.exists("/srv/broken")).toBe(false);
});

test("a large file goes through no faster than the guest takes it", async () => {
  const MIB = 1024 * 1024;
  const chunk = new Uint8Array(MIB).fill(7);
  let sent = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => (sent++ < 64 ? controller.enqueue(chunk) : controller.close()),
  });
  const writing = sandbox.files.write("/srv/large/file", stream);
  await expect.poll(() => sh("ls -A /srv/large")).not.toBe("");
  await guest.pause();
  let before = -1;
  for (; before < sent; await delay(200)) before = sent;
  // What is on its way in sockets and windows.
  expect(sent).toBeLessThan(48);
  await guest.resume();
  await writing;
  expect(await sh("wc -c < /srv/large/file")).toBe(String(64 * MIB));
  let bytes = 0;
  const reader = await sandbox.files.read("/srv/large/file", { format: "stream" });
  for await (const some of reader as unknown as AsyncIterable<Uint8Array>) bytes += some.length;
  expect(bytes).toBe(64 * MIB);
});

test("a part of a file is read by its range", async () => {
  await sandbox.files.write("/srv/ranged", "0123456789");
  const part = await ask("/files?path=/srv/ranged", {}, { range: "bytes=2-4" });
  expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([
    206,
    "bytes 2-4/10",
    "234",
  ]);
  expect((await ask("/files?path=/srv/ranged", {}, { range: "bytes=10-" })).status).toBe(416);
});

test("files are described, listed, moved and removed", async () => {
  const { files } = sandbox;
  expect(await files.makeDir("tree/a/b")).toBe(true);
  expect(await files.makeDir("tree/a/b")).toBe(false);
  await files.write("tree/a/b/file", "12345");
  await sh("cd /root/tree && ln -s a/b/file link && ln -s nowhere astray && mkfifo pipe && ln -s a dir");
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

test("what is made belongs to the user who is named, and is looked for in that user's home", async () => {
  await sh("useradd --create-home --uid 4321 ann");
  const ann = { user: "ann" };
  await sandbox.files.write("notes/today", "x", ann);
  await sandbox.files.write([{ path: "b", data: "" }], ann);
  await sandbox.files.makeDir("~/made", ann);
  await sandbox.files.rename("b", "moved/b", ann);
  expect(await sh("cd /home/ann && stat -c %U notes notes/today b made moved moved/b 2>&1")).toBe(
    ["ann", "ann", "stat: cannot statx 'b': No such file or directory", "ann", "ann", "ann"].join("\n"),
  );
  expect(await sandbox.files.read("notes/today", ann)).toBe("x");
  await expect(sandbox.files.read("notes/today")).rejects.toMatchObject({ name: "FileNotFoundError" });
  const nobody = { user: "no-such-user" };
  for (const attempt of [
    () => sandbox.files.write("x", "", nobody),
    () => sandbox.files.read("x", nobody),
    () => sandbox.files.list("/", nobody),
    () => sandbox.files.makeDir("/srv/x", nobody),
  ])
    await expect(attempt()).rejects.toThrow("there is no user no-such-user");
});

test("what cannot be is refused as E2B's clients know it", async () => {
  const { files } = sandbox;
  await files.write("/srv/file", "x");
  await expect(files.read("/srv/none")).rejects.toMatchObject({ name: "FileNotFoundError" });
  await expect(files.list("/srv/none")).rejects.toMatchObject({ name: "FileNotFoundError" });
  await expect(files.rename("/srv/none", "/srv/x")).rejects.toMatchObject({ name: "FileNotFoundError" });
  await expect(files.watchDir("/srv/none", () => {})).rejects.toMatchObject({ name: "FileNotFoundError" });
  for (const attempt of [
    () => files.read("/srv"),
    () => files.write("/srv", "x"),
    () => files.write("/srv/file/below", "x"),
    () => files.list("/srv/file"),
    () => files.makeDir("/srv/file"),
    () => files.list("/", { depth: 65 }),
    () => files.rename("/srv", "/srv/below/itself"),
    () => files.write("/srv/file", "x", { metadata: { a: "b" } }),
    () => files.write(`/srv/${"x".repeat(300)}`, "x"),
    () => files.getInfo(`/${"x/".repeat(3000)}`),
    () => files.read("/srv/nul\0byte"),
    () => files.getInfo("/srv/nul\0byte"),
    () => files.list("~bob"),
    () => files.remove("/"),
  ])
    await expect(attempt()).rejects.toMatchObject({ name: "InvalidArgumentError" });
  expect(await files.read("/srv/../srv/./file")).toBe("x");
  expect(await sandbox.files.exists("/../../../../etc/passwd")).toBe(true);
});

test("a URL that was signed opens one file, one way, as long as it is good", async () => {
  const upload = await sandbox.uploadUrl("signed/file", { useSignatureExpiration: 600, user: "root" });
  const form = new FormData();
  form.append("file", new Blob(["through a URL"]), "whatever");
  const written = await fetch(upload, { method: "POST", body: form });
  expect(await written.json()).toEqual([{ name: "file", type: "file", path: "/root/signed/file" }]);
  const download = await sandbox.downloadUrl("signed/file");
  const read = await fetch(download);
  expect(await read.text()).toBe("through a URL");
  expect(read.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''file");
  expect((await ask(download, {}, { "x-access-token": "" })).status).toBe(200);
  const changed = (change: (url: URL) => void): string => {
    const url = new URL(download);
    change(url);
    return url.href;
  };
  const refused = [
    changed(({ searchParams }) => searchParams.set("path", "/etc/shadow")),
    changed(({ searchParams }) => searchParams.set("username", "ann")),
    changed(({ searchParams }) => searchParams.set("signature", "v1_wrong")),
    changed(({ searchParams }) => searchParams.set("signature_expiration", "99999999999")),
    changed(({ searchParams }) => searchParams.delete("signature")),
    upload,
    await sandbox.downloadUrl("signed/file", { useSignatureExpiration: -10 }),
  ];
  for (const url of refused) {
    expect([url, (await fetch(url)).status]).toEqual([url, 401]);
    const inSandbox = await ask(url, {}, { "x-access-token": "" });
    expect([url, inSandbox.status]).toEqual([url, 401]);
  }
  expect((await fetch(download, { method: "POST", body: form })).status).toBe(401);
});

test("whoever has another token has no file", async () => {
  for (const token of ["", "0".repeat(64)]) {
    const headers = { "x-access-token": token };
    expect((await ask("/files?path=/etc/passwd", {}, headers)).status).toBe(401);
    const list = { method: "POST", body: '{"path":"/"}' };
    const json = { ...headers, "content-type": "application/json" };
    expect((await ask("/filesystem.Filesystem/ListDir", list, json)).status).toBe(401);
  }
});

test("a full disk is told as that, and leaves nothing", async () => {
  await sh("mkdir -p /srv/small && mount -t tmpfs -o size=1m none /srv/small");
  const tooMuch = new Blob([new Uint8Array(2 * 1024 * 1024)]);
  await expect(sandbox.files.write("/srv/small/file", tooMuch)).rejects.toMatchObject({
    name: "NotEnoughSpaceError",
  });
  expect(await sh("ls -A /srv/small")).toBe("");
  await sh("umount /srv/small");
});

test("a form that is none, or cut short, leaves nothing of its last file", async () => {
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="/srv/cut"\r\n\r\n';
  const type = { "content-type": "multipart/form-data; boundary=b" };
  for (const body of ["", "{}", head, `${head}content`, `${head}content\r\n`, "--b--\r\n"]) {
    const answer = await ask("/files", { method: "POST", body }, type);
    expect([body, answer.status]).toEqual([body, 400]);
  }
  expect(await sandbox.files.exists("/srv/cut")).toBe(false);
});

test("a client that goes away in the middle of an upload leaves nothing", async () => {
  const { hostname, port } = new URL(e2b.baseUrl);
  for (const [type, first] of [
    ["application/octet-stream", ""],
    ["multipart/form-data; boundary=b", '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n'],
  ] as const) {
    const upload = request({
      hostname,
      port,
      method: "POST",
      path: "/files?path=/srv/upload/half",
      headers: { ...addressed(), "content-type": type },
    });
    upload.on("error", () => {});
    upload.write(first + "x".repeat(500_000));
    await expect.poll(() => sh("ls -A /srv/upload")).not.toBe("");
    upload.destroy();
    await expect.poll(() => sh("ls -A /srv/upload")).toBe("");
  }
});

test("a sandbox that ends in the middle of an upload or a download is told of as ended", async () => {
  const doomed = await Sandbox.create(PARENT, e2b.options);
  await doomed.files.write("/srv/down", new Blob([new Uint8Array(32 * 1024 * 1024)]));
  const down = await doomed.files.read("/srv/down", { format: "stream" });
  const reader = down.getReader();
  await reader.read();
  const endless = new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(65_536)) });
  const up = doomed.files.write("/srv/up/file", endless);
  const own = e2b.daemon.forkd.sandboxes.at(doomed.sandboxId);
  await expect.poll(async () => (await own.run("ls -A /srv/up")).stdout).not.toBe("");
  const refused = expect(up).rejects.toMatchObject({ name: "TimeoutError" });
  await doomed.kill();
  await refused;
  const readAll = async (): Promise<void> => {
    while (!(await reader.read()).done) continue;
  };
  await expect(readAll()).rejects.toThrow();
});
