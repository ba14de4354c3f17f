import { ALL_TRAFFIC, Sandbox } from "@e2b/code-interpreter";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Limit } from "../../packages/daemon/src/faces/e2b/refusals/limits.ts";
import { LIMITS } from "../../packages/daemon/src/faces/e2b/refusals/limits.ts";
import { describeRefusal } from "../../packages/daemon/src/faces/e2b/refusals/refusal.ts";
import { REFUSALS } from "../../packages/daemon/src/faces/e2b/refusals/refusals.ts";
import { describeE2b } from "../../packages/daemon/src/faces/e2b/reference.ts";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";

type CreateOptions = NonNullable<Parameters<typeof Sandbox.create>[1]>;
/** A request that is refused: it rejects, or gives what was answered. */
type Ask = () => Promise<unknown>;

const ENVD_PORT = "49983";
const INTERPRETER_PORT = "49999";
const MIB = 1024 ** 2;

let e2b: E2bDaemon;
let sandbox: Sandbox;

beforeAll(async () => {
  e2b = await startForE2b("e2b-refusals");
  sandbox = await Sandbox.create(PARENT, { ...e2b.options, timeoutMs: 3_600_000 });
});
afterAll(() => e2b[Symbol.asyncDispose]());

/** What is answered to a request as it stands; one that is served is none of these. */
async function send(path: string, options: RequestInit): Promise<string> {
  const answer = await fetch(new URL(path, e2b.baseUrl), options);
  const text = await answer.text();
  if (answer.ok) throw new Error(`${path} was answered ${answer.status}: ${text}`);
  return `${answer.status} ${text}`;
}

const JSON_TYPE = { "content-type": "application/json" };

const control = (method: string, path: string, body?: unknown): Promise<string> =>
  send(path, {
    method,
    headers: { "x-api-key": e2b.options.apiKey, ...JSON_TYPE },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const fieldsFor = (port: string): Record<string, string> => ({
  "e2b-sandbox-id": sandbox.sandboxId,
  "e2b-sandbox-port": port,
  "x-access-token": sandbox["envdAccessToken"] ?? "",
});

const inside = (
  path: string,
  body: RequestInit["body"],
  headers: Record<string, string> = JSON_TYPE,
): Promise<string> =>
  send(path, { method: "POST", headers: { ...fieldsFor(ENVD_PORT), ...headers }, body: body ?? null });

const toInterpreter = (path: string, body: unknown): Promise<string> =>
  send(path, {
    method: "POST",
    headers: { ...fieldsFor(INTERPRETER_PORT), ...JSON_TYPE },
    body: JSON.stringify(body),
  });

/** One that is made all the same is ended. */
const create =
  (opts: CreateOptions, template = PARENT): Ask =>
  async () =>
    await (await Sandbox.create(template, { ...e2b.options, ...opts })).kill();
const withNetwork = (network: NonNullable<CreateOptions["network"]>): Ask => create({ network });

async function startTerminal(): Promise<number> {
  const { pid } = await sandbox.pty.create({ cols: 80, rows: 24, onData: () => {}, timeoutMs: 0 });
  return pid;
}

const REFUSED: Record<keyof typeof REFUSALS, readonly Ask[]> = {
  mcp: [create({ mcp: { browserbase: {} } as never })],
  iam: [create({ iam: { tokens: { aws: { audience: "a", tokenType: "JWT-SVID" } } } })],
  volumeMounts: [create({ volumeMounts: { "/data": "cache" } })],
  templateID: [create({}, `${PARENT}:v2`), () => Sandbox.deleteSnapshot(`${PARENT}:v2`, e2b.options)],
  name: [() => sandbox.createSnapshot({ name: "kept:v2" })],
  autoPauseMemory: [create({ lifecycle: { onTimeout: { action: "pause", keepMemory: false } } })],
  memory: [
    () => sandbox.pause({ keepMemory: false }),
    () => sandbox.connect({ onResume: "reboot" }),
    () => control("POST", `/sandboxes/${sandbox.sandboxId}/resume`, { memory: false }),
    () => control("POST", `/sandboxes/${sandbox.sandboxId}/snapshots`, { memory: false }),
  ],
  "network.rules": [
    withNetwork({ rules: { "a.example": [{ transform: { headers: { a: "b" } } }] } }),
    () => sandbox.updateNetwork({ rules: { "a.example": [] } }),
  ],
  "network.egressProxy": [
    withNetwork({ egressProxy: { address: "a.example:1080" } }),
    () => sandbox.updateNetwork({ egressProxy: { address: "a.example:1080" } }),
  ],
  "network.maskRequestHost": [withNetwork({ maskRequestHost: "a.example" })],
  "network.httpsPorts": [withNetwork({ httpsPorts: [3000] })],
  "network.dnsServers": [
    () => control("POST", "/v2/sandboxes", { templateID: PARENT, network: { dnsServers: ["9.9.9.9"] } }),
  ],
  "network.denyOut": [
    withNetwork({ denyOut: ["203.0.113.0/24"] }),
    create({ allowInternetAccess: true, network: { denyOut: ["203.0.113.0/24"], allowOut: [ALL_TRAFFIC] } }),
    () => sandbox.updateNetwork({ denyOut: ["203.0.113.0/24"] }),
  ],
  "network.allowOut": [
    withNetwork({ allowOut: ["pypi.org"] }),
    create({ allowInternetAccess: true, network: { allowOut: ["203.0.113.0/24"] } }),
    () => sandbox.updateNetwork({ allowOut: ["pypi.org"] }),
  ],
  "network.allowOut: entries": [
    withNetwork({ denyOut: [ALL_TRAFFIC], allowOut: ["*"] }),
    create({ allowInternetAccess: false, network: { allowOut: ["localhost"] } }),
    () => sandbox.updateNetwork({ denyOut: [ALL_TRAFFIC], allowOut: ["exa mple"] }),
  ],
  "network: none": [
    () => sandbox.updateNetwork({ allowInternetAccess: true }),
    () => sandbox.updateNetwork({}),
  ],
  "network: allowPublicTraffic": [
    () => control("PUT", `/sandboxes/${sandbox.sandboxId}/network`, { allowPublicTraffic: false }),
  ],
  "other homes": [() => sandbox.files.list("~bob"), () => sandbox.commands.run("true", { cwd: "~bob/x" })],
  "end of a terminal's input": [async () => await sandbox.commands.closeStdin(await startTerminal())],
  "processes with one reader": [
    async () => {
      const own = e2b.daemon.forkd.sandboxes.at(sandbox.sandboxId);
      const { pid } = await own.spawn(["sleep", "600"], { lossless: true });
      await sandbox.commands.connect(pid);
    },
  ],
  env_vars: [() => sandbox.runCode("1", { envs: { A: "1" } })],
  language: [
    () => sandbox.runCode("1", { language: "r" }),
    () => sandbox.createCodeContext({ language: "java" }),
  ],
};

const FORM = { "content-type": "multipart/form-data; boundary=b" };
const part = (name: string): string =>
  `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n\r\n`;
const rpc = (procedure: string, body: unknown): Promise<string> =>
  inside(`/${procedure}`, JSON.stringify(body));

/** A directory that is too large takes a minute to tell of: the test beside its code asks for that. */
const TESTED_BESIDE = ["listing"] as const;

const LIMITED: Record<Exclude<keyof typeof LIMITS, (typeof TESTED_BESIDE)[number]>, Ask> = {
  labels: create({ metadata: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`k${i}`, "v"])) }),
  "keys of labels": create({ metadata: { _a: "b" } }),
  "names of variables": create({ envs: { "A=B": "c" } }),
  children: () => sandbox.fork({ count: 101 }),
  life: () => sandbox.setTimeout(1e12),
  destinations: withNetwork({ denyOut: [ALL_TRAFFIC], allowOut: Array<string>(257).fill("203.0.113.1") }),
  "files of a form": () =>
    inside(
      "/files",
      `${Array.from({ length: 1001 }, () => part("/srv/same").replace("file", "other")).join("")}--b--\r\n`,
      FORM,
    ),
  "one file twice": () => inside("/files", `${part("/srv/same")}${part("/srv/same")}--b--\r\n`, FORM),
  "kinds of bodies": () => inside("/files?path=/srv/x", "x", { "content-type": "text/plain" }),
  "codings of bodies": () =>
    inside("/files?path=/srv/x", "x", {
      "content-type": "application/octet-stream",
      "content-encoding": "br",
    }),
  "metadata of files": () => sandbox.files.write("/srv/x", "x", { metadata: { a: "x".repeat(4096) } }),
  depth: () => sandbox.files.list("/srv", { depth: 65 }),
  watchers: async () => {
    for (;;) {
      const told = await inside("/filesystem.Filesystem/CreateWatcher", '{"path":"/srv"}').catch(() => "");
      if (told !== "") return told;
    }
  },
  "time-out": () =>
    inside("/process.Process/Start", `\0\0\0\0\u001f{"process":{"cmd":"/bin/true"}}`, {
      "content-type": "application/connect+json",
      "connect-timeout-ms": "86400001",
    }),
  input: () =>
    rpc("process.Process/SendInput", {
      process: { pid: 1 },
      input: { stdin: Buffer.alloc(17 * MIB).toString("base64") },
    }),
  signals: () => rpc("process.Process/SendSignal", { process: { pid: 1 }, signal: 1 }),
  protocols: () => inside("/process.Process/List", "\0\0\0\0\0", { "content-type": "application/grpc" }),
  code: () => sandbox.runCode("#".repeat(MIB + 1)),
  "language of a context": () =>
    toInterpreter("/execute", { code: "1", language: "python", context_id: "python" }),
  "directory of a context": () => sandbox.createCodeContext({ cwd: "srv" }),
  contexts: async () => {
    for (let i = 0; i <= 16; i++) await sandbox.createCodeContext({ language: "bash" });
  },
};

/** What a request is refused with. */
async function refusalOf(ask: Ask): Promise<string> {
  const outcome = await ask().then(
    (served) => (typeof served === "string" ? served : Promise.reject(new Error("it was served"))),
    (error: unknown) => String(error),
  );
  return outcome;
}

describe("what the page of the reference says is refused", () => {
  const { control: calls, inner } = describeE2b();

  test.each(calls.filter(({ refused }) => refused !== undefined))("$call is", async ({ call, refused }) => {
    const [method = "", path = ""] = call.split(" ");
    const filled = path.replaceAll(/:\w+/g, sandbox.sandboxId);
    expect(await control(method, filled, method === "GET" ? undefined : {})).toMatch(/^400 /);
    expect(await control(method, filled, method === "GET" ? undefined : {})).toContain(
      JSON.stringify(`is not supported: ${refused}`).slice(1),
    );
  });

  test.each(inner.filter(({ refused }) => refused !== undefined))("$call is", async ({ call, refused }) => {
    const [, path = ""] = call.split(" ");
    expect(await inside(path, "{}")).toMatch(/^400 /);
    expect(await inside(path, "{}")).toContain(`${path} is not supported: ${refused}`);
  });

  test.each(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[])("%s is, with why", async (row) => {
    for (const ask of REFUSED[row]) expect(await refusalOf(ask)).toContain(describeRefusal(REFUSALS[row]));
  });

  test.each(Object.keys(LIMITED) as (keyof typeof LIMITED)[])("more than the limit of %s is", async (row) => {
    const { told = "415" }: Limit = LIMITS[row];
    expect(await refusalOf(LIMITED[row])).toContain(told);
  });

  test("and nothing was made by any of it", async () => {
    const listed = await e2b.daemon.forkd.sandboxes.list();
    expect(listed.map(({ id }) => id)).toEqual([sandbox.sandboxId]);
  });
});

test("what the page says is served is known", async () => {
  for (const { call, refused } of describeE2b().control) {
    if (refused !== undefined) continue;
    const [method = "", path = ""] = call.split(" ");
    const filled = path.replaceAll(/:\w+/g, "sb_0000000000000000");
    const body =
      method === "GET" || method === "DELETE" ? undefined : { timeout: -1, duration: -1, count: 0 };
    const told = await control(method, filled, body).catch(String);
    expect([call, told]).toEqual([call, expect.not.stringMatching(/is not supported|there is no route/)]);
  }
});
