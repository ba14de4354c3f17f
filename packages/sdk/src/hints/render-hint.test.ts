import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { OPERATIONS } from "../api.gen.ts";
import type { HintAction, HintArguments, HintOption } from "../api.gen.ts";
import { ForkdApiError } from "../errors.ts";
import { Forkd } from "../forkd.ts";
import { renderHint } from "./render-hint.ts";

const reply = (...hintParts: (string | HintAction | HintOption)[]) => ({
  error: "it failed",
  code: "internal",
  hint: "in the words of the shell",
  hintParts,
});
const render = (operation: string, args: HintAction["args"] = {}): string =>
  renderHint(reply({ operation, args }));

test.each([
  ["deleteSnapshot", { tag: "py", cascade: true }, 'forkd.snapshots.remove("py", { cascade: true })'],
  ["deleteSnapshot", {}, "forkd.snapshots.remove(tag)"],
  ["createSnapshot", { tag: null, image: "py" }, 'forkd.snapshots.create({ tag, image: "py" })'],
  ["packSnapshot", { tag: null, output: null }, "forkd.snapshots.pack(tag, { output })"],
  ["killSandboxes", { tag: "py" }, 'forkd.sandboxes.killAll({ tag: "py" })'],
  ["exec", { id: null, args: ["ls", "-la"] }, 'forkd.sandboxes.at(id).exec(["ls", "-la"])'],
  ["logs", { id: "sb_1", source: "vmm" }, 'forkd.sandboxes.at("sb_1").logs({ source: "vmm" })'],
  ["logs", {}, "forkd.sandboxes.at(id).logs()"],
  ["listSandboxes", {}, "forkd.sandboxes.list()"],
])("%s of %j is a call", (operation, args, call) => expect(render(operation, args)).toBe(call));

test("text stays as it is, and options are fields of a request", () => {
  const operation = "createSnapshot";
  const parts = reply("raise ", { operation, option: "timeout_secs" }, ", or use ", {
    operation,
    option: "warm.kind",
    value: "service",
  });
  expect(renderHint(parts)).toBe('raise timeoutSecs, or use kind: "service"');
});

test("a daemon without parts, or with a newer operation, is quoted", () => {
  const { hintParts: _, ...old } = reply();
  expect(renderHint(old)).toBe("in the words of the shell");
  expect(renderHint(reply("do: ", { operation: "invented", args: {} }))).toBe("in the words of the shell");
  expect(renderHint(reply({ operation: "toString", args: {} }))).toBe("in the words of the shell");
});

test("an error has the hint in the words of this client, and the wire's where it is written again", () => {
  const { error, code, hint, hintParts } = reply("list them: ", { operation: "listJobs", args: {} });
  const failure = new ForkdApiError(404, { error, code, hint, hintParts });
  expect(failure.hint).toBe("list them: forkd.jobs.list()");
  expect(failure.toWire()).toEqual({ error, code, hint, hint_parts: hintParts });
});

const NAME = "a\"b'${c}`\\\n\u2028é</script>";

/** Every operation that a hint can name, with all the arguments that it can give. */
const EVERY: {
  readonly [Name in keyof HintArguments]: {
    readonly [Arg in HintArguments[Name]]?: HintAction["args"][string];
  };
} = {
  listWorkspaces: {},
  listTokens: {},
  createToken: { name: NAME, scope: "read" },
  revokeToken: { name: NAME },
  listWebhooks: {},
  deleteWebhook: { webhook: NAME },
  listSandboxes: { tag: NAME },
  createSandboxes: { snapshot_tag: NAME, live_fork: true, auto_resume: true, on_failure: "keep" },
  forkSandbox: { id: NAME },
  branchSandbox: { id: NAME, mode: "auto" },
  adoptSandbox: { id: NAME },
  resumeSandbox: { id: NAME },
  killSandbox: { id: NAME },
  killSandboxes: { tag: NAME },
  logs: { id: NAME, source: "vmm" },
  listContexts: { id: NAME },
  removeContext: { id: NAME, context: NAME },
  listPorts: { id: NAME },
  waitForPort: { id: NAME, port: 8080 },
  exec: { id: NAME, args: ["ls", NAME] },
  createSnapshot: { tag: NAME, image: NAME, memory_mib: 512, timeout_secs: 9 },
  deleteSnapshot: { tag: NAME, cascade: true, force: false },
  compactSnapshot: { tag: NAME, to: NAME },
  packSnapshot: { tag: NAME, output: NAME },
  pullSnapshot: { source: NAME, require_signature: [NAME] },
  listImages: {},
  buildImage: { name: NAME },
  deleteImage: { image: NAME },
  listJobs: {},
  watchEvents: {},
  doctor: {},
  stop: { on_exit: "keep" },
  version: {},
};

test.each(Object.entries(EVERY))(
  "what a hint says of %s sends that operation, names as they are",
  async (operation, args) => {
    const { method, path } = OPERATIONS[operation as keyof HintArguments];
    const [request] = await requestsOf(render(operation, args));
    const pattern = path.replaceAll(/:\w+/g, "[^/]+");
    expect(`${request?.method} ${request?.path}`).toMatch(new RegExp(`^${method} ${pattern}$`));
    for (const value of Object.values(args)) expect(request?.values).toContainEqual(value);
  },
);

/** The value of a call, as a program has it that names its client `forkd`. */
async function evaluate(code: string, forkd: unknown): Promise<unknown> {
  return await (runInNewContext(`(async () => (${code}))()`, { forkd, recipe: {} }) as Promise<unknown>);
}

/** What a call sends: where to, and everything that it tells. */
async function requestsOf(code: string): Promise<{ method: string; path: string; values: unknown[] }[]> {
  const requests: { method: string; path: string; values: unknown[] }[] = [];
  const forkd = new Forkd({
    baseUrl: "http://fixture",
    fetch: async (url, { method, body }) => {
      const { pathname, searchParams } = new URL(url);
      const told = typeof body === "string" ? Object.values(JSON.parse(body) as object) : [];
      const query = [...searchParams.values()].map((value) =>
        /^(true|false)$/.test(value) ? value === "true" : value,
      );
      requests.push({
        method,
        path: pathname,
        values: [
          ...pathname.split("/").flatMap((part) => [decodeURIComponent(part), Number(part)]),
          ...query,
          ...told,
        ],
      });
      return { status: 500, headers: new Headers(), body: null };
    },
  });
  const answer = await evaluate(code, forkd).catch(() => undefined);
  // What is watched is asked for once somebody reads.
  if (typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer)
    await (answer as AsyncGenerator).next().catch(() => undefined);
  return requests;
}
