import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { finish, forkd, startForkd } from "../../test/run-forkd.ts";
import { result, serveRoutes } from "../../test/recording-daemon.ts";
import { packReply, pullReply, pushReply } from "../../test/replies.ts";

const PULLED = pullReply({ id: "sn_4k2m9x7q0v3bz8wc" });

test("pack writes to an absolute path, named after the tag in the current directory", async () => {
  const packed = packReply({ path: "/p", digest: "sha256:00", logical_bytes: 4096, packed_bytes: 1024 });
  await using daemon = await serveRoutes({ "POST /v1/snapshots/py/pack": result(packed) });
  const { status, stdout } = await forkd(daemon.url, "pack", "--tag", "py");
  expect(stdout).toBe(
    "pack       /p\ndigest     sha256:00\nsnapshots  1, up to py\nsize       1 KiB for 4 KiB\n",
  );
  expect(daemon.requests[0]?.body).toEqual({
    output: resolve("py.forkd-snapshot.tar.zst"),
  });
  expect(status).toBe(0);
});

test("keys are those of the machine of the command line: they are sent, and shown nowhere", async () => {
  await using keys = await mkdtempDisposable(join(tmpdir(), "forkd-keys-"));
  const key = join(keys.path, "team.key");
  await writeFile(key, "-----BEGIN PRIVATE KEY-----\n");
  const named = { name: key, pem: "-----BEGIN PRIVATE KEY-----\n" };
  const sent = pushReply({ digest: "sha256:00", reference: "oci://r/py@sha256:11" });
  await using daemon = await serveRoutes({ "POST /v1/snapshots/py/push": result(sent) });
  const { stdout, stderr } = await forkd(daemon.url, "push", "--tag", "py", "r/py:1", "--sign", key);
  expect(daemon.requests[0]?.body).toMatchObject({ sign: named });
  expect(stdout).toMatch(/^digest +sha256:00\npull by +oci:\/\/r\/py@sha256:11$/m);
  expect(stdout + stderr).not.toContain("PRIVATE KEY");
  for (const path of ["/dev/zero", join(keys.path, "none"), keys.path]) {
    const refused = await forkd(daemon.url, "push", "--tag", "py", "r/py:1", "--sign", path);
    expect(refused).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`the key ${path} cannot be read`) as string,
    });
  }
});

test("unpack is a pull of a file", async () => {
  await using keys = await mkdtempDisposable(join(tmpdir(), "forkd-keys-"));
  const [a, b] = [join(keys.path, "a.pub"), join(keys.path, "b.pub")];
  for (const path of [a, b]) await writeFile(path, "PUBLIC");
  await using daemon = await serveRoutes({ "POST /v1/snapshots/pull": result(PULLED) });
  const args = ["unpack", "a/py.tar.zst", "--tag", "py", "--force"];
  const { stdout } = await forkd(daemon.url, ...args, "--require-signature", a, "--require-signature", b);
  expect(stdout).toContain("snapshot   py (sn_4k2m9x7q0v3bz8wc)\n");
  expect(daemon.requests[0]?.body).toEqual({
    source: resolve("a/py.tar.zst"),
    tag: "py",
    force: true,
    require_signature: [
      { name: a, pem: "PUBLIC" },
      { name: b, pem: "PUBLIC" },
    ],
  });
});

test("pull takes the index and the credentials from the environment", async () => {
  await using daemon = await serveRoutes({ "POST /v1/snapshots/pull": result(PULLED) });
  const environment = {
    FORKD_HUB_URL: "https://example.com/index.json",
    FORKD_REGISTRY_USER: "me",
    FORKD_REGISTRY_PASSWORD: "secret",
  };
  const child = startForkd(daemon.url, ["pull", "team/py@v1", "--plain-http"], environment);
  child.stdin.end();
  const { status, stdout, stderr } = await finish(child);
  expect(daemon.requests[0]?.body).toEqual({
    source: "team/py@v1",
    index: "https://example.com/index.json",
    plain_http: true,
    credentials: { username: "me", password: "secret" },
  });
  expect(stdout + stderr).not.toContain("secret");
  expect(status).toBe(0);
});

test("half of the credentials is a usage error", async () => {
  const child = startForkd("http://127.0.0.1:1", ["push", "--tag", "py", "r.example.com/py:1"], {
    FORKD_REGISTRY_USER: "me",
    FORKD_REGISTRY_PASSWORD: "",
  });
  child.stdin.end();
  const { status, stderr } = await finish(child);
  expect(status).toBe(2);
  expect(stderr).toContain("error: FORKD_REGISTRY_USER is set without the other\n");
});

test("push tells what the registry lacked", async () => {
  const pushed = pushReply({ blobs: 5, blobs_sent: 2, bytes_sent: 1024 });
  await using daemon = await serveRoutes({ "POST /v1/snapshots/py/push": result(pushed) });
  const { stdout } = await forkd(daemon.url, "push", "--tag", "py", "r.example.com/py:1");
  expect(stdout).toContain("sent       1 KiB, 2 of 5 blobs; the others were there\n");
  expect(daemon.requests[0]?.body).toEqual({ destination: "r.example.com/py:1", credentials: null });
});

test("gc removes, cleanup only tells unless it is told to", async () => {
  const removed = [{ kind: "draft", name: "d\u001B[2J1", bytes: 1024 }];
  const report = { dry_run: true, removed, bytes: 1024 };
  await using daemon = await serveRoutes({ "POST /v1/gc": { json: report } });
  const { stdout, stderr } = await forkd(daemon.url, "cleanup");
  expect(stdout).toBe("KIND   NAME   SIZE\ndraft  d1    1 KiB\n");
  expect(stderr).toBe("would free 1 KiB; nothing was removed\n");
  for (const args of [["cleanup", "-y"], ["gc"], ["gc", "--dry-run"]]) await forkd(daemon.url, ...args);
  expect(daemon.requests.map(({ body }) => body)).toEqual(
    [true, false, false, true].map((dryRun) => ({ dry_run: dryRun })),
  );
});
