import { request } from "node:http";
import { buffer } from "node:stream/consumers";
import type { IncomingMessage } from "node:http";
import type { FileChange } from "@forkd/sdk";
import { expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { useChild } from "../harness/one-child.ts";

const used = useChild();

/** Asks the daemon for a path and query as any client does. */
async function ask(
  method: string,
  path: string,
  { headers = {}, body }: { headers?: object; body?: string } = {},
) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ ...used.daemon.address, method, path, headers: { ...headers } }, resolve)
      .on("error", reject)
      .end(body);
  });
  const { statusCode: status, headers: answered } = response;
  return { status, headers: answered, text: (await buffer(response)).toString() };
}

test("what is noted of a file is told with it, and goes when it is written anew", async () => {
  const { files } = used.child;
  const metadata = { author: "ann", note: "a = b & c" };
  await files.write("/root/noted", "x", { metadata });
  expect((await files.getInfo("/root/noted")).metadata).toEqual(metadata);
  expect((await files.list("/root")).find(({ name }) => name === "noted")?.metadata).toEqual(metadata);
  expect((await files.rename("/root/noted", "/root/moved")).metadata).toEqual(metadata);
  await files.write("/root/moved", "y", { append: true });
  expect((await files.getInfo("/root/moved")).metadata).toEqual(metadata);
  await expect(files.write("/root/moved", "z", { append: true, metadata })).rejects.toMatchObject({
    code: "invalid_request",
  });
  await files.write("/root/moved", "z");
  expect((await files.getInfo("/root/moved")).metadata).toEqual({});
});

test("a file is read in parts, and written in parts", async () => {
  const { files } = used.child;
  await files.write("/root/digits", "0123456789");
  expect(await files.readText("/root/digits", { offset: 2, length: 3 })).toBe("234");
  expect(await files.readText("/root/digits", { tail: 2 })).toBe("89");
  await expect(files.read("/root/digits", { offset: 10 })).rejects.toMatchObject({
    code: "range_not_satisfiable",
    status: 416,
  });
  await files.write("/root/digits", "ab", { offset: 4 });
  await files.write("/root/digits", "!", { append: true });
  expect(await files.readText("/root/digits")).toBe("0123ab6789!");
  const url = `/v1/sandboxes/${used.child.id}/files?path=/root/digits`;
  const part = await ask("GET", url, { headers: { range: "bytes=4-5" } });
  expect(part).toMatchObject({
    status: 206,
    text: "ab",
    headers: { "content-range": "bytes 4-5/11", "content-length": "2", "accept-ranges": "bytes" },
  });
  expect(await ask("GET", url, { headers: { range: "bytes=9-1" } })).toMatchObject({
    status: 200,
    headers: { "content-length": "11" },
  });
});

test("directories are made, listed, moved and removed", async () => {
  const { files, id } = used.child;
  expect(await files.makeDir("/srv/app/data", { mode: "0750" })).toBe(true);
  expect(await files.makeDir("/srv/app/data")).toBe(false);
  await files.write("/srv/app/data/\u00FC #1", "x", { user: "nobody" });
  await used.child.run("ln -s /etc /srv/app/link; touch /srv/app/$(printf 'bad\\377')");
  const found = await files.list("/srv/app", { depth: 2 });
  expect(found.map(({ path, type }) => `${path} ${type}`)).toEqual([
    "/srv/app/bad\uFFFD file",
    "/srv/app/data dir",
    "/srv/app/data/\u00FC #1 file",
    "/srv/app/link symlink",
  ]);
  expect(found[2]).toMatchObject({ name: "\u00FC #1", owner: "nobody", mode: "0644", size: 1 });
  expect(await files.rename("/srv/app/data", "/srv/moved/here")).toMatchObject({ mode: "0750" });
  expect(await files.exists("/srv/app/data")).toBe(false);
  await expect(files.remove("/srv/app")).rejects.toMatchObject({ code: "guest_refused" });
  await files.remove("/srv/app", { recursive: true });
  expect(await files.exists("/srv/app")).toBe(false);
  expect((await files.getInfo("/etc", { follow: true })).type).toBe("dir");
  await expect(files.getInfo("/no/such")).rejects.toMatchObject({ code: "guest_file_not_found" });
  for (const path of ["/", "//", "/.", "/etc/..", "/proc/1/root"])
    await expect(files.remove(path, { recursive: true })).rejects.toMatchObject({ code: "guest_refused" });
  expect(await files.chmod("/srv/moved/here", "0700")).toMatchObject({ mode: "0700" });
  expect(await files.chown("/srv/moved/here", { owner: "nobody" })).toMatchObject({ owner: "nobody" });
  expect((await ask("GET", `/v1/sandboxes/${id}/files/list?path=/etc&depth=65`)).status).toBe(400);
});

test("a directory comes out as an archive, and goes in as one, whole or not at all", async () => {
  const { files } = used.child;
  const run = async (command: string): Promise<string> => (await used.child.run(command)).stdout;
  await run("mkdir -p /srv/tree/a/b; echo x > /srv/tree/a/b/c; ln -s ../a /srv/tree/link; mkdir /srv/there");
  const archive = await Array.fromAsync(await files.readTar("/srv/tree"));
  for (const path of ["/srv/there", "/srv/new/copy"]) {
    await files.writeTar(path, Buffer.concat(archive));
    expect(await run(`diff -r --no-dereference /srv/tree ${path} && echo same`)).toBe("same\n");
  }
  await expect(files.readTar("/no/such")).rejects.toMatchObject({ code: "guest_file_not_found" });
  await expect(files.readTar("/etc/passwd")).rejects.toMatchObject({
    code: "tar_failed",
    message: expect.stringContaining("/etc/passwd") as string,
  });
  await expect(files.writeTar("/srv/bad", "no archive")).rejects.toMatchObject({
    code: "tar_failed",
    message: expect.stringContaining("does not look like a tar archive") as string,
  });
  await run("cd /srv/there; echo evil > ../outside; tar cPf ../evil.tar ../outside; echo kept > ../outside");
  const evil = await files.read("/srv/evil.tar");
  await expect(files.writeTar("/srv/there", evil)).rejects.toMatchObject({ code: "tar_failed" });
  expect(await run("cat /srv/outside; rm /srv/outside /srv/evil.tar")).toBe("kept\n");
  await run("cd /srv/tree; tar cf /srv/without-itself a");
  await files.writeTar("/srv/new/bare", await files.stream("/srv/without-itself"));
  expect(await run("stat -c %a /srv/new/bare; rm /srv/without-itself")).toBe("755\n");
  expect(await run("ls -A /srv | grep -e bad -e forkd-cp; rm -r /srv/tree /srv/there /srv/new")).toBe("");
});

test("/proc and /dev can be listed and looked at", async () => {
  const { files } = used.child;
  expect(await files.getInfo("/dev/null")).toMatchObject({ type: "char_device" });
  expect((await files.list("/proc", { depth: 2 })).length).toBeGreaterThan(500);
  expect(await files.readText("/proc/version", { offset: 6, length: 7 })).toBe("version");
});

test("a watch stands still with its machine, and is told of what happens later", async () => {
  await using child = await forkOne(used.daemon);
  await child.files.makeDir("/srv/watched");
  const changes = child.files.watchDir("/srv/watched", { recursive: true });
  expect((await changes.next()).value).toEqual({ type: "opened" });
  await child.pause();
  await child.resume();
  await child.run("mkdir -p /srv/watched/a/b; echo x > /srv/watched/a/b/c");
  const told: FileChange[] = [];
  for await (const change of changes) {
    told.push(change);
    // What was written before it was watched is told as there, not as written.
    if (change.type === "create" && change.name === "a/b/c") await child.run("echo y >> /srv/watched/a/b/c");
    if (change.type === "write" && change.name === "a/b/c") break;
  }
  expect(told).toContainEqual({ type: "create", name: "a/b/c" });
});

test("what dies with its machine says so", async () => {
  await using child = await forkOne(used.daemon);
  await child.run("head -c 64M /dev/zero > /root/large; mkdir /srv/watched");
  const changes = child.files.watchDir("/srv/watched");
  await changes.next();
  const slow = (await child.files.stream("/root/large"))[Symbol.asyncIterator]();
  await slow.next();
  await child.run("echo o > /proc/sysrq-trigger").catch(() => {});
  await expect(Array.fromAsync(changes)).rejects.toMatchObject({ code: "sandbox_dead" });
  const readOn = async (): Promise<void> => {
    while (!(await slow.next()).done);
  };
  await expect(readOn()).rejects.toMatchObject({ code: "sandbox_dead" });
});

test("a reader that never reads stops nobody else", async () => {
  const { files } = used.child;
  await used.child.run("head -c 64M /dev/zero > /root/large");
  const idle = await Promise.all([1, 2, 3].map(() => files.stream("/root/large")));
  const iterators = idle.map((content) => content[Symbol.asyncIterator]());
  for (const iterator of iterators) await iterator.next();
  expect(await files.readText("/etc/hostname")).toContain("sb-");
  for (const iterator of iterators) await iterator.return?.();
  await files.remove("/root/large");
});
