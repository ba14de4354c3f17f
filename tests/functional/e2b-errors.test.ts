import * as client from "e2b";
import { Sandbox, Secret, Template, Volume } from "e2b";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";

const LIMITS = { FORKD_MAX_SANDBOXES: "2", FORKD_BRANCH_CONCURRENCY: "1" };

let e2b: E2bDaemon;
let sandbox: Sandbox;
let other: Sandbox;

beforeAll(async () => {
  e2b = await startForE2b("e2b-errors", LIMITS);
  const make = () => Sandbox.create(PARENT, { ...e2b.options, timeoutMs: 3_600_000 });
  sandbox = await make();
  other = await make();
});
afterAll(() => e2b[Symbol.asyncDispose]());

/** No second try behind a refusal that says when to come again. */
const once = () => ({ ...e2b.options, retries: 0 });
const NOBODY = "sb_0000000000000000";

/** A git that says what git says to who may not, and to who has not told where to. */
async function withGit(said: string): Promise<void> {
  const script = `#!/bin/sh\ncase "$*" in *remote*) echo origin; exit 0;; esac\necho '${said}' >&2\nexit 128\n`;
  await sandbox.files.write("/usr/local/bin/git", script);
  await sandbox.commands.run("chmod +x /usr/local/bin/git");
}

/** What makes E2B's client throw each of its classes. */
const PROVOKED: Readonly<Record<string, () => Promise<unknown>>> = {
  SandboxError: () => Sandbox.create("no-such-template", once()),
  SandboxNotFoundError: () => Sandbox.getInfo(NOBODY, once()),
  AuthenticationError: () => Sandbox.create(PARENT, { ...once(), apiKey: `e2b_${"0".repeat(40)}` }),
  RateLimitError: () => Sandbox.create(PARENT, once()),
  ServiceBusyError: async () => {
    const both = await Promise.allSettled([sandbox, other].map((each) => each.createSnapshot(once())));
    for (const outcome of both) if (outcome.status === "rejected") throw outcome.reason;
  },
  FileNotFoundError: () => sandbox.files.read("/srv/none"),
  NotFoundError: () => sandbox.commands.connect(4_000_000),
  InvalidArgumentError: () => sandbox.files.read("/srv"),
  NotEnoughSpaceError: async () => {
    await sandbox.commands.run("mkdir -p /srv/small && mount -t tmpfs -o size=1m none /srv/small");
    await sandbox.files.write("/srv/small/file", new Blob([new Uint8Array(2 * 1024 * 1024)]));
  },
  TimeoutError: () => sandbox.commands.run("sleep 600", { timeoutMs: 500 }),
  CommandExitError: () => sandbox.commands.run("exit 3"),
  GitAuthError: async () => {
    await withGit("fatal: Authentication failed for 'https://example.com/a.git/'");
    await sandbox.git.clone("https://example.com/a.git", { path: "/srv/a" });
  },
  GitUpstreamError: async () => {
    await withGit("fatal: The current branch main has no upstream branch.");
    await sandbox.git.push("/srv/a");
  },
  TemplateError: () => Template.getTags(PARENT, once()),
  BuildError: () => Template.build(Template().fromImage("debian:12"), "a-template", once()),
  VolumeError: () => Volume.create("a-volume", once()),
  SecretError: () => Secret.create("a-secret", "a value", once()),
};

/** Those that no answer of ours makes, and why. */
const NEVER: Readonly<Record<string, string>> = {
  FileUploadError: "a build is refused before a file of it is sent",
  VolumeNotFoundError: "there are no volumes: asking for one is refused, with VolumeError",
  VolumePathNotFoundError: "there are no volumes, and so nothing is looked for in one",
  SecretNotFoundError: "no secrets are kept: asking for one is refused, with SecretError",
};

describe("a class of error of E2B's client", () => {
  test.each(Object.entries(PROVOKED))("%s is what it throws", async (name, provoke) => {
    const failure: unknown = await provoke().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Error);
    // Not one that is derived from it.
    expect((failure as Error).constructor.name).toBe(name);
    expect((failure as Error).message).not.toContain("[object Object]");
  });

  test("is one of those that are provoked, or cannot come", () => {
    const classes = Object.entries<unknown>(client).flatMap(([name, each]) =>
      typeof each === "function" && each.prototype instanceof Error ? [name] : [],
    );
    expect(classes.toSorted()).toEqual([...Object.keys(PROVOKED), ...Object.keys(NEVER)].toSorted());
  });
});

test("a sandbox whose time is over is gone for every call", async () => {
  await other.kill();
  const short = await Sandbox.create(PARENT, { ...once(), timeoutMs: 1000 });
  await expect.poll(() => short.isRunning()).toBe(false);
  const expected = {
    SandboxNotFoundError: [
      () => short.getInfo(),
      () => short.setTimeout(60_000),
      () => short.pause(),
      () => short.createSnapshot(),
      () => Sandbox.connect(short.sandboxId, once()),
      () => short.commands.run("true"),
      () => short.files.watchDir("/", () => {}),
    ],
    TimeoutError: [
      () => short.files.read("/etc/hostname"),
      () => short.files.write("/srv/x", "x"),
      () => short.files.list("/"),
      () => short.commands.list(),
    ],
  };
  for (const [name, calls] of Object.entries(expected))
    for (const call of calls) await expect(call()).rejects.toMatchObject({ name });
  expect(await short.kill()).toBe(false);
});

test("a head that is too large is told so", async () => {
  const headers = { "x-padding": "x".repeat(20_000) };
  const told = { name: "SandboxError", message: expect.stringMatching(/^431: .*16384/) as string };
  await expect(Sandbox.getInfo(sandbox.sandboxId, { ...once(), headers })).rejects.toMatchObject(told);
});

test("a sandbox that is captured is not said to be paused already when it is to be paused", async () => {
  // Whichever comes first: where that is the pause, there is nothing that runs to be captured.
  const capturing = sandbox.createSnapshot(once()).catch(() => {});
  const paused = await sandbox.pause(once()).catch((error: unknown) => error);
  await capturing;
  // Either it has waited its turn, or it is told to come again: `false` would say that it is paused.
  expect(paused).toSatisfy((told) => told === true || told instanceof client.ServiceBusyError);
});
