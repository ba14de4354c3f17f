import { request } from "node:http";
import { expect, test } from "vitest";
import { useE2bGuest } from "../harness/e2b-guest.ts";

const guest = useE2bGuest("e2b-file-faults");

test("what cannot be is refused as E2B's clients know it", async () => {
  const { files } = guest.sandbox;
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
    () => files.write("/srv/file", "x", { metadata: { a: "x".repeat(4096) } }),
    () => files.write(`/srv/${"x".repeat(300)}`, "x"),
    () => files.getInfo(`/${"x/".repeat(3000)}`),
    () => files.read("/srv/nul\0byte"),
    () => files.getInfo("/srv/nul\0byte"),
    () => files.list("~bob"),
    () => files.remove("/"),
  ])
    await expect(attempt()).rejects.toMatchObject({ name: "InvalidArgumentError" });
  expect(await files.read("/srv/../srv/./file")).toBe("x");
  expect(await guest.sandbox.files.exists("/../../../../etc/passwd")).toBe(true);
});

test("a URL that was signed opens one file, one way, as long as it is good", async () => {
  const upload = await guest.sandbox.uploadUrl("signed/file", { useSignatureExpiration: 600, user: "root" });
  const form = new FormData();
  form.append("file", new Blob(["through a URL"]), "whatever");
  const written = await fetch(upload, { method: "POST", body: form });
  expect(await written.json()).toEqual([{ name: "file", type: "file", path: "/root/signed/file" }]);
  const download = await guest.sandbox.downloadUrl("signed/file");
  const read = await fetch(download);
  expect(await read.text()).toBe("through a URL");
  expect(read.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''file");
  expect((await guest.ask(download, {}, { "x-access-token": "" })).status).toBe(200);
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
    await guest.sandbox.downloadUrl("signed/file", { useSignatureExpiration: -10 }),
  ];
  for (const url of refused) {
    expect([url, (await fetch(url)).status]).toEqual([url, 401]);
    const inSandbox = await guest.ask(url, {}, { "x-access-token": "" });
    expect([url, inSandbox.status]).toEqual([url, 401]);
  }
  expect((await fetch(download, { method: "POST", body: form })).status).toBe(401);
  const other = { "x-access-token": "", "e2b-sandbox-id": (await guest.create()).sandboxId };
  expect((await guest.ask(download, {}, other)).status).toBe(401);
  expect(await (await fetch(download)).text()).toBe("through a URL");
});

test("whoever has another token has no file", async () => {
  for (const token of ["", "0".repeat(64)]) {
    const headers = { "x-access-token": token };
    expect((await guest.ask("/files?path=/etc/passwd", {}, headers)).status).toBe(401);
    const list = { method: "POST", body: '{"path":"/"}' };
    const json = { ...headers, "content-type": "application/json" };
    expect((await guest.ask("/filesystem.Filesystem/ListDir", list, json)).status).toBe(401);
  }
});

test("a full disk is told as that, and leaves nothing", async () => {
  await guest.sh("mkdir -p /srv/small && mount -t tmpfs -o size=1m none /srv/small");
  const tooMuch = new Blob([new Uint8Array(2 * 1024 * 1024)]);
  await expect(guest.sandbox.files.write("/srv/small/file", tooMuch)).rejects.toMatchObject({
    name: "NotEnoughSpaceError",
  });
  expect(await guest.sh("ls -A /srv/small")).toBe("");
  await guest.sh("umount /srv/small");
});

test("a form that is none, or cut short, leaves nothing of its last file", async () => {
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="/srv/cut"\r\n\r\n';
  const type = { "content-type": "multipart/form-data; boundary=b" };
  for (const body of ["", "{}", head, `${head}content`, `${head}content\r\n`, "--b--\r\n"]) {
    const answer = await guest.ask("/files", { method: "POST", body }, type);
    expect([body, answer.status]).toEqual([body, 400]);
  }
  expect(await guest.sandbox.files.exists("/srv/cut")).toBe(false);
});

test("a client that goes away in the middle of an upload leaves nothing", async () => {
  const { hostname, port } = new URL(guest.e2b.baseUrl);
  for (const [type, first] of [
    ["application/octet-stream", ""],
    ["multipart/form-data; boundary=b", '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n'],
  ] as const) {
    const upload = request({
      hostname,
      port,
      method: "POST",
      path: "/files?path=/srv/upload/half",
      headers: { ...guest.fieldsFor(guest.sandbox), "content-type": type },
    });
    upload.on("error", () => {});
    upload.write(first + "x".repeat(500_000));
    await expect.poll(() => guest.sh("ls -A /srv/upload")).not.toBe("");
    upload.destroy();
    await expect.poll(() => guest.sh("ls -A /srv/upload")).toBe("");
  }
});

test("a sandbox that ends in the middle of an upload or a download is told of as ended", async () => {
  const doomed = await guest.create();
  await doomed.files.write("/srv/down", new Blob([new Uint8Array(32 * 1024 * 1024)]));
  const down = await doomed.files.read("/srv/down", { format: "stream" });
  const reader = down.getReader();
  await reader.read();
  const endless = new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(65_536)) });
  const up = doomed.files.write("/srv/up/file", endless);
  const own = guest.ownOf(doomed);
  await expect.poll(async () => (await own.run("ls -A /srv/up")).stdout).not.toBe("");
  const failure = up.catch((error: unknown) => error);
  await doomed.kill();
  expect(await failure).toMatchObject({ name: "TimeoutError" });
  const readAll = async (): Promise<void> => {
    while (!(await reader.read()).done) continue;
  };
  const late = await guest.ask("/files?path=/srv/down", {}, guest.fieldsFor(doomed));
  // By these words clients for Python know it.
  expect([late.status, await late.text()]).toEqual([502, expect.stringContaining("was not found")]);
  expect(await readAll().catch((error: unknown) => error)).toBeInstanceOf(Error);
});
