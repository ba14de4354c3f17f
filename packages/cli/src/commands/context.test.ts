import {
  chmod,
  lstat,
  mkdtempDisposable,
  readFile,
  rename,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { snapshotReply } from "../../test/replies.ts";
import { finish, startForkd } from "../../test/run-forkd.ts";

const EMPTY = { "GET /v1/sandboxes": { json: [] } };

/** A user with a configuration of their own, whose environment names no daemon. */
async function createUser() {
  const place = await mkdtempDisposable(join(tmpdir(), "forkd-config-"));
  const path = join(place.path, "forkd/contexts.json");
  const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const own = { XDG_CONFIG_HOME: place.path, FORKD_SOCKET: "", FORKD_URL: "", FORKD_TOKEN: "", ...env };
    const child = startForkd("", args, own);
    child.stdin.end();
    return await finish(child);
  };
  return { path, place: place.path, run, [Symbol.asyncDispose]: () => place.remove() };
}

test("a context in use is the daemon that verbs speak to, unless told otherwise", async () => {
  await using user = await createUser();
  await using named = await serveRoutes(EMPTY);
  await using other = await serveRoutes(EMPTY);
  await user.run(["context", "create", "lab", "--url", named.url]);
  const asked = async (args: string[], env = {}) => {
    const before = named.requests.length;
    expect((await user.run(args, env)).status).toBe(0);
    return named.requests.length > before;
  };
  expect(await asked(["--context", "lab", "ps"])).toBe(true);
  expect(await asked(["ps", "--daemon", "lab"])).toBe(true);
  expect(await asked(["ps"], { FORKD_CONTEXT: "lab" })).toBe(true);
  expect((await user.run(["context", "use", "lab"])).stdout).toBe("lab is in use\n");
  expect(await asked(["ps"])).toBe(true);
  expect(await asked(["ps", "--url", other.url])).toBe(false);
  expect(await asked(["ps", "--daemon-url", other.url])).toBe(false);
  expect(await asked(["ps"], { FORKD_URL: other.url })).toBe(false);
  expect(await asked(["ps"], { FORKD_SOCKET: other.url.slice("unix:".length) })).toBe(false);
  expect(other.requests).toHaveLength(4);
});

test("contexts are kept for their user alone, and tokens go to their daemon and to no table", async () => {
  await using user = await createUser();
  await using daemon = await serveRoutes(EMPTY);
  const tokenFile = join(user.place, "token");
  await writeFile(tokenFile, "s3cret\n");
  await user.run(["context", "create", "lab", "--url", daemon.url, "--token-file", tokenFile, "--use"]);
  expect((await stat(user.path)).mode & 0o777).toBe(0o600);
  await user.run(["ps"], { FORKD_TOKEN: "of another" });
  expect(daemon.requests[0]?.headers.authorization).toBe("Bearer s3cret");
  const { stdout } = await user.run(["context", "list"]);
  expect(stdout).toMatch(/^default +unix:.* -\nlab +\* +unix:.* yes\n$/m);
  expect(stdout).not.toContain("s3cret");
  const shown = await user.run(["config", "show", "--json"]);
  expect(shown.stdout).not.toContain("s3cret");
  expect(JSON.parse(shown.stdout)).toEqual(
    expect.arrayContaining([
      { name: "url", value: daemon.url, origin: "the context in use (lab)" },
      { name: "token", value: "(set)", origin: "the context" },
      { name: "zygotes", value: "4", origin: "default" },
      { name: "clock_secs", value: "60", origin: "default" },
      { name: "domain", value: "localhost", origin: "default" },
    ]),
  );
});

test("a context that is removed is forgotten with its token, and is no longer in use", async () => {
  await using user = await createUser();
  const tokenFile = join(user.place, "token");
  await writeFile(tokenFile, "s3cret");
  await user.run([
    "context",
    "create",
    "lab",
    "--url",
    "http://127.0.0.1:1",
    "--token-file",
    tokenFile,
    "--use",
  ]);
  expect((await user.run(["context", "rm", "lab"])).stdout).toBe("forgot lab\n");
  expect(await readFile(user.path, "utf8")).not.toContain("s3cret");
  const { stdout } = await user.run(["config", "show", "--json"], { FORKD_ZYGOTES: "7" });
  expect(JSON.parse(stdout)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: "url", origin: "default" }),
      { name: "zygotes", value: "7", origin: "FORKD_ZYGOTES" },
    ]),
  );
});

test.each([
  { args: ["ps", "--daemon", "nope"], said: "there is no context nope", status: 3 },
  { args: ["context", "use", "nope"], said: "try: known contexts: lab", status: 3 },
  { args: ["context", "rm", "nope"], said: "there is no context nope", status: 3 },
  { args: ["context", "create", "lab", "--url", "http://x"], said: "there is a context lab", status: 4 },
  { args: ["context", "create", "a/../b", "--url", "http://x"], said: "1 to 64 of", status: 2 },
  { args: ["context", "create", "default", "--url", "http://x"], said: "the local daemon", status: 2 },
  { args: ["context", "create", "new", "--url", "ftp://x"], said: "ftp", status: 2 },
  { args: ["context", "create", "new", "--url", "http://u:p@x"], said: "no password", status: 2 },
  { args: ["ps", "--url", "https://u@x/"], said: "no password", status: 2 },
  {
    args: ["context", "create", "new", "--url", "http://x", "--token-file", "/nope"],
    said: "no token",
    status: 2,
  },
])("$args is refused: $said", async ({ args, said, status }) => {
  await using user = await createUser();
  await user.run(["context", "create", "lab", "--url", "http://127.0.0.1:1"]);
  const before = await readFile(user.path, "utf8");
  const refused = await user.run(args);
  expect(refused.stderr).toContain(said);
  expect(refused.status).toBe(status);
  expect(await readFile(user.path, "utf8")).toBe(before);
});

test.each(["not json", "[]", '{"contexts":{"lab":{}},"current":"lab"}'])(
  "a damaged file of contexts (%s) is told, and harms no verb that needs none",
  async (text) => {
    await using user = await createUser();
    await using daemon = await serveRoutes(EMPTY);
    await user.run(["context", "create", "lab", "--url", daemon.url]);
    await writeFile(user.path, text);
    expect((await user.run(["ps"])).stderr).toContain(`${user.path} cannot be read`);
    expect((await user.run(["ps", "--url", daemon.url])).status).toBe(0);
  },
);

test("the local daemon has a name, also while another is in use", async () => {
  await using user = await createUser();
  await user.run(["context", "create", "lab", "--url", "http://lab.example", "--use"]);
  const shown = await user.run(["config", "show", "--json"], { FORKD_CONTEXT: "default" });
  expect(JSON.parse(shown.stdout)).toContainEqual({
    name: "url",
    value: expect.stringMatching(/^unix:/) as string,
    origin: "FORKD_CONTEXT (default)",
  });
});

test("a context in use that is not there is no other daemon", async () => {
  await using user = await createUser();
  await user.run(["context", "create", "lab", "--url", "http://lab.example"]);
  await writeFile(user.path, JSON.stringify({ current: "gone", contexts: {} }));
  const { status, stderr } = await user.run(["ps"]);
  expect(status).not.toBe(0);
  expect(stderr).toContain("there is no context gone");
  expect((await user.run(["context", "use", "default"])).status).toBe(0);
});

test("contexts that cannot be read complete nothing, and say nothing in a command line", async () => {
  await using user = await createUser();
  await user.run(["context", "create", "lab", "--url", "http://lab.example"]);
  await writeFile(user.path, "{");
  for (const words of [
    ["kill", ""],
    ["context", "use", ""],
  ]) {
    const completed = await user.run(["__complete", "--", ...words]);
    expect(completed).toMatchObject({ status: 0, stdout: "", stderr: "" });
  }
});

test("a token of the environment goes to no daemon but the one that the environment names", async () => {
  await using user = await createUser();
  await using daemon = await serveRoutes(EMPTY);
  await user.run(["context", "create", "lab", "--url", daemon.url]);
  const FORKD_TOKEN = "of the environment";
  const sentBy = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    await user.run(args, { FORKD_TOKEN, ...env });
    return daemon.requests.at(-1)?.headers.authorization;
  };
  const ownToken = `Bearer ${FORKD_TOKEN}`;
  expect(await sentBy(["ps"], { FORKD_URL: daemon.url })).toBe(ownToken);
  expect(await sentBy(["ps", "--url", daemon.url])).toBe(ownToken);
  expect(await sentBy(["ps", "--url", daemon.url], { FORKD_URL: "http://other.example" })).toBeUndefined();
  expect(await sentBy(["ps", "--daemon", "lab"])).toBeUndefined();
  expect(await sentBy(["ps", "--daemon", "lab", "--daemon-token", "given"])).toBe("Bearer given");
  expect(daemon.requests).toHaveLength(5);
});

test("of contexts that are made at once none is lost", async () => {
  await using user = await createUser();
  const names = ["a", "b", "c", "d"];
  await Promise.all(names.map((name) => user.run(["context", "create", name, "--url", "http://x"])));
  const { stdout } = await user.run(["context", "list", "--json"]);
  const known = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
  expect(known.toSorted()).toEqual([...names, "default"]);
});

test("a link to a file of contexts stays one", async () => {
  await using user = await createUser();
  await user.run(["context", "create", "lab", "--url", "http://x"]);
  const target = join(user.place, "dotfiles.json");
  await rename(user.path, target);
  await symlink(target, user.path);
  await user.run(["context", "create", "more", "--url", "http://y"]);
  expect((await lstat(user.path)).isSymbolicLink()).toBe(true);
  expect(await readFile(target, "utf8")).toContain("http://y");
});

test("tokens that others can read are told of", async () => {
  await using user = await createUser();
  await using daemon = await serveRoutes(EMPTY);
  const tokenFile = join(user.place, "token");
  await writeFile(tokenFile, "s3cret");
  await user.run(["context", "create", "lab", "--url", daemon.url, "--token-file", tokenFile, "--use"]);
  expect((await user.run(["ps"])).stderr).not.toContain("others can read");
  await chmod(user.path, 0o644);
  expect((await user.run(["ps"])).stderr).toContain(`others can read the tokens in ${user.path}`);
});

test("what goes before a context that is now in use is told", async () => {
  await using user = await createUser();
  const create = ["context", "create", "lab", "--url", "http://x", "--use"];
  expect((await user.run(create, { FORKD_SOCKET: "/s" })).stderr).toContain("FORKD_SOCKET is set");
  const use = ["context", "use", "lab"];
  expect((await user.run(use, { FORKD_CONTEXT: "default" })).stderr).toContain("FORKD_CONTEXT is set");
  expect((await user.run(use)).stderr).toBe("");
});

test("completion asks the daemon that the line names", async () => {
  await using user = await createUser();
  await using daemon = await serveRoutes({ "GET /v1/snapshots": { json: [snapshotReply({ tag: "py" })] } });
  await user.run(["context", "create", "lab", "--url", daemon.url]);
  for (const words of [
    ["--context", "lab", "fork", ""],
    ["fork", "--daemon", "lab", ""],
    ["fork", `--url=${daemon.url}`, "--tag", "p"],
  ])
    expect((await user.run(["__complete", "--", ...words])).stdout).toBe("py\n");
  expect((await user.run(["__complete", "--", "--context", "la"])).stdout).toBe("lab\n");
  expect((await user.run(["__complete", "--", "--context", "lab", "susp"])).stdout).toBe("suspend\n");
  const broken = await user.run(["__complete", "--", "fork", "--url", "ftp://x", "--tag", ""]);
  expect(broken).toMatchObject({ status: 0, stdout: "", stderr: "" });
});
