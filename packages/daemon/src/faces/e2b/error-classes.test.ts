import { ForkdError } from "@forkd/contract";
import { Sandbox } from "e2b";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveE2bClient } from "../../../test/e2b-fixture.ts";

let served: Awaited<ReturnType<typeof serveE2bClient>>;
beforeAll(async () => void (served = await serveE2bClient()));
afterAll(() => served[Symbol.asyncDispose]());

const ID = "sb_0000000000000000";
const refused = (code: string): ForkdError =>
  new ForkdError("guest_refused", { request: "PUT /files", code, why: "because" });
const noMemory = new ForkdError("no_memory", {
  tag: "py",
  n: 1,
  eachMib: 64,
  siblings: 0,
  availableMib: 1,
  reserveMib: 64,
});
const quota = new ForkdError("tenant_quota", {
  tenant: "acme",
  what: "sandboxes",
  limit: 1,
  used: 1,
  wanted: 1,
  retryAfterSecs: 1,
});
const auditFailed = new ForkdError("audit_failed", { directory: "/audit", why: "it is full" });
const diskFull = new ForkdError("disk_full", { path: "/data", doing: "a resume" });

/** What is asked by each of the three ways that E2B's client has: its control plane, files, and remote procedures. */
const ASKED = {
  create: () => Sandbox.create("py", served.options),
  pause: () => served.sandbox.pause(),
  setTimeout: () => served.sandbox.setTimeout(60_000),
  read: () => served.sandbox.files.read("/x"),
  write: () => served.sandbox.files.write("/x", "x"),
  list: () => served.sandbox.files.list("/x"),
  makeDir: () => served.sandbox.files.makeDir("/x"),
  sendStdin: () => served.sandbox.commands.sendStdin(7, "x"),
  run: () => served.sandbox.commands.run("true"),
} as const;

const ROWS: readonly (readonly [asked: keyof typeof ASKED, name: string, error: ForkdError])[] = [
  ["create", "RateLimitError", quota],
  ["create", "RateLimitError", new ForkdError("sandbox_quota", { limit: 1, running: 1, wanted: 1 })],
  ["create", "ServiceBusyError", noMemory],
  ["create", "ServiceBusyError", new ForkdError("branch_busy", { limit: 1 })],
  ["create", "ServiceBusyError", auditFailed],
  ["create", "SandboxError", new ForkdError("snapshot_not_found", { tag: "py", known: [] })],
  ["create", "SandboxError", diskFull],
  ["setTimeout", "SandboxNotFoundError", new ForkdError("sandbox_not_found", { id: ID })],
  ["setTimeout", "SandboxError", new ForkdError("branch_in_progress", { id: ID, tag: "py" })],
  ["pause", "SandboxNotFoundError", new ForkdError("sandbox_not_found", { id: ID })],
  ["pause", "ServiceBusyError", new ForkdError("branch_in_progress", { id: ID, tag: "py" })],
  ["pause", "SandboxError", new ForkdError("base_gone", { id: ID, snapshot: "py" })],
  ["read", "FileNotFoundError", new ForkdError("guest_file_not_found", { path: "/x" })],
  ["read", "InvalidArgumentError", refused("not_regular")],
  ["write", "NotEnoughSpaceError", refused("no_space")],
  ["write", "NotEnoughSpaceError", diskFull],
  ["write", "SandboxError", new ForkdError("agent_outdated", { what: "keep metadata of files" })],
  ["read", "TimeoutError", new ForkdError("sandbox_not_found", { id: ID })],
  ["read", "TimeoutError", new ForkdError("sandbox_suspended", { id: ID })],
  ["read", "TimeoutError", new ForkdError("agent_unreachable", { why: "it hung up" })],
  ["read", "RateLimitError", quota],
  ["read", "RateLimitError", noMemory],
  ["list", "FileNotFoundError", new ForkdError("guest_file_not_found", { path: "/x" })],
  ["list", "InvalidArgumentError", refused("not_directory")],
  ["list", "TimeoutError", new ForkdError("sandbox_dead", { id: ID, why: "it ended", console: [] })],
  ["list", "TimeoutError", new ForkdError("agent_timeout", { request: "GET /files/list", timeoutMs: 1 })],
  ["list", "RateLimitError", quota],
  ["list", "RateLimitError", noMemory],
  ["makeDir", "SandboxError", refused("no_space")],
  ["makeDir", "SandboxError", diskFull],
  ["sendStdin", "NotFoundError", new ForkdError("guest_process_not_found", { pid: 7 })],
  ["run", "InvalidArgumentError", new ForkdError("command_not_found", { command: "x" })],
  ["run", "SandboxNotFoundError", new ForkdError("sandbox_suspended", { id: ID })],
  ["run", "RateLimitError", auditFailed],
  ["run", "RateLimitError", noMemory],
];

test.each(ROWS.map(([asked, name, error]) => ({ asked, name, error, code: error.code })))(
  "$asked throws $name for what we call $code",
  async ({ asked, name, error }) => {
    served.failWith(error);
    const failure: unknown = await ASKED[asked]().catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ name });
  },
);
