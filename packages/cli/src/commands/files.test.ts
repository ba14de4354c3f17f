import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { forkd } from "../../test/run-forkd.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";
const FILES = `/v1/sandboxes/${ID}/files`;
const FILE = {
  name: "report",
  path: "/root/report",
  type: "file",
  size: 2048,
  mode: "0640",
  uid: 0,
  gid: 0,
  owner: "root",
  group: "root",
  modified_at_unix_ms: 1_700_000_000_000,
  symlink_target: null,
  metadata: {},
};
const LINK = { ...FILE, name: "a", path: "/root/a\u001B[31m", type: "symlink", symlink_target: "/etc" };

test("a directory is a table in the order of paths, in which no name drives the terminal", async () => {
  await using daemon = await serveRoutes({
    [`GET ${FILES}/list?path=%2Froot&depth=1`]: { lines: [FILE, LINK] },
  });
  const { stdout, status } = await forkd(daemon.url, "files", "ls", `${ID}:/root`);
  expect(status).toBe(0);
  const [, first, second] = stdout.split("\n");
  expect(first).toMatch(/^l0640 +root:root +- .+ a\S* -> \/etc$/);
  expect(first).not.toContain("\u001B");
  expect(second).toMatch(/^-0640 +root:root +2 KiB .+ report$/);
});

test("what is noted of a file is told behind the rest, a line each, and drives no terminal", async () => {
  const file = { ...FILE, metadata: { author: "ann", note: "a\u001B[31m\nb" } };
  await using daemon = await serveRoutes({ [`GET ${FILES}/info?path=%2Fa`]: { json: file } });
  const { stdout } = await forkd(daemon.url, "files", "stat", `${ID}:/a`);
  const told = stdout.split("\n").filter((line) => line.startsWith("metadata"));
  expect(told[0]).toBe("metadata  author=ann");
  expect(told[1]).toMatch(/^metadata {2}note=a/);
  expect(stdout).not.toContain("\u001B");
});

test("changes are told one a line, and losses beside them", async () => {
  const lines = [
    { type: "opened" },
    { type: "rename", name: "a", to: "b" },
    { type: "overflow" },
    { type: "remove", name: "" },
  ];
  await using daemon = await serveRoutes({
    [`GET ${FILES}/watch?path=%2Fsrv&recursive=true`]: { lines },
  });
  const { stdout, stderr } = await forkd(daemon.url, "files", "watch", "-r", `${ID}:/srv`);
  expect(stdout).toBe("rename  a -> b\nremove  .\n");
  expect(stderr).toContain("events were lost");
  const asJson = await forkd(daemon.url, "files", "watch", "-r", "--json", `${ID}:/srv`);
  expect(asJson.stdout.trim().split("\n")).toEqual(lines.map((line) => JSON.stringify(line)));
});

test("a name with line ends is one line", async () => {
  const name = "a\nremove  /etc";
  await using daemon = await serveRoutes({
    [`GET ${FILES}/watch?path=%2Fsrv`]: { lines: [{ type: "opened" }, { type: "create", name }] },
    [`GET ${FILES}/list?path=%2Fsrv&depth=1`]: { lines: [{ ...FILE, path: `/srv/${name}` }] },
  });
  const watched = await forkd(daemon.url, "files", "watch", `${ID}:/srv`);
  expect(watched.stdout).toBe("create  a\uFFFDremove  /etc\n");
  const listed = await forkd(daemon.url, "files", "ls", "-q", `${ID}:/srv`);
  expect(listed.stdout).toBe("/srv/a\uFFFDremove  /etc\n");
});

test("those that can be removed are, and the others are told", async () => {
  const error = { error: "there is no file /b in the guest", code: "guest_file_not_found", hint: "look" };
  await using daemon = await serveRoutes({
    [`DELETE ${FILES}?path=%2Fa&recursive=true`]: { json: {} },
    [`DELETE ${FILES}?path=%2Fb&recursive=true`]: { status: 404, json: error },
  });
  const { stdout, stderr, status } = await forkd(daemon.url, "files", "rm", "-r", `${ID}:/b`, `${ID}:/a`);
  expect(stdout).toBe(`removed ${ID}:/a\n`);
  expect(stderr).toContain("/b");
  expect(status).toBe(3);
});

test("a URL is signed for reading, or for writing", async () => {
  const signed = { url: `${FILES}?signature=v1_x`, method: "GET", signature: "v1_x", expires_at_unix: 1 };
  await using daemon = await serveRoutes({ [`POST ${FILES}/url`]: { json: signed } });
  const read = await forkd(daemon.url, "files", "url", `${ID}:/a`, "--expires", "60");
  expect(read.stdout).toBe(`${signed.url}\n`);
  await forkd(daemon.url, "files", "url", "-w", "-u", "nobody", `${ID}:/a`);
  expect(daemon.requests.map(({ body }) => body)).toEqual([
    { path: "/a", access: "read", expires_secs: 60 },
    { path: "/a", access: "write", user: "nobody" },
  ]);
});

test.each([
  [["ls", "/root"], "no place in a sandbox"],
  [["mv", `${ID}:/a`, "web:/b"], "inside of one sandbox"],
  [["cat", `${ID}:/a`, "--tail", "5", "--offset", "1"], "--tail"],
  [["put", `${ID}:/a`, "--append", "--offset", "1"], "different places"],
  [["url", `${ID}:/a`, "--user", "nobody"], "--write"],
])("what makes no sense is refused before anything is asked", async (args, why) => {
  await using daemon = await serveRoutes({});
  const { stderr, status } = await forkd(daemon.url, "files", ...args);
  expect(stderr).toContain(why);
  expect(status).toBe(2);
  expect(daemon.requests).toEqual([]);
});
