import { mkdtempDisposable, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
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
      { name: "zygotes", value: null, origin: "default" },
      { name: "clock_secs", value: null, origin: "default" },
      { name: "domain", value: null, origin: "default" },
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
