import { Forkd } from "../forkd.ts";
import type { CallOptions } from "../options.ts";
import type { ForkOptions, Sandbox } from "../sandbox.ts";
import { keepSandbox } from "./keep-sandbox.ts";
import { endOf, nameOf, onTestEnd } from "./test-context.ts";
import type { TestContext, TestEnd, VitestContext } from "./test-context.ts";

/** How a test's sandbox is forked, and what becomes of it when the test fails. */
export interface TestForkOptions extends Omit<ForkOptions, "n" | "children" | "onFailure" | "signal"> {
  /** For how many seconds the sandbox of a test that fails lives on; 0: it ends with its test. Default: 3600. */
  readonly keepSecs?: number | undefined;
  /** A directory into which the console of such a sandbox is written. Default: none. */
  readonly logsDir?: string | undefined;
  /** Default: one of its own, for the daemon that the environment names. */
  readonly forkd?: Forkd | undefined;
}

/** One that its process has forgotten ends by itself. */
const TTL_SECS = 3600;
const KEEP_SECS = 3600;
/** The longest value of a label. */
const MAX_LABEL_LENGTH = 255;
/** What no label has: characters of control, separators of lines, and what turns the direction of text. */
const NOT_IN_LABELS = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * A sandbox of one test's own, a fork of a snapshot, which ends with the test. That of a test that fails is kept for a
 * while, and stderr tells how to enter it. Its label `test` is the test's name. Takes what a test's function is given, by
 * Vitest or by `node:test`. Throws as `Sandboxes.fork` does.
 *
 * @example
 * test("the report is written", async (t) => {
 *   const sandbox = await forkForTest(t, "warm");
 * });
 */
export async function forkForTest(
  context: TestContext,
  tag: string,
  options: TestForkOptions = {},
): Promise<Sandbox> {
  const test = { name: nameOf(context), signal: context.signal };
  const { sandbox, finish } = await openFork(test, tag, options);
  onTestEnd(context, finish);
  return sandbox;
}

/**
 * The same as a fixture of Vitest.
 *
 * @example
 * const test = base.extend({ sandbox: sandboxFixture("warm") });
 * test("the report is written", async ({ sandbox }) => {});
 */
export function sandboxFixture(tag: string, options: TestForkOptions = {}) {
  // Vitest reads the names of what it is to give from the function's text.
  return async (
    { task, signal }: Pick<VitestContext, "task" | "signal">,
    use: (sandbox: Sandbox) => Promise<void>,
  ): Promise<void> => {
    const { sandbox, finish } = await openFork({ name: task.name, signal }, tag, options);
    await use(sandbox);
    await finish(endOf(task));
  };
}

interface Test extends CallOptions {
  readonly name: string;
}

/** A sandbox, and what is to be done at its test's end. */
interface OpenFork {
  readonly sandbox: Sandbox;
  readonly finish: (end: TestEnd) => Promise<void>;
}

async function openFork(test: Test, tag: string, options: TestForkOptions): Promise<OpenFork> {
  const { keepSecs = KEEP_SECS, logsDir, forkd = new Forkd(), ...rest } = options;
  const leave = async (): Promise<void> => {
    if (options.forkd === undefined) await forkd[Symbol.asyncDispose]();
  };
  const sandbox = await forkOne(forkd, tag, test, rest).catch(async (error: unknown) => {
    await leave();
    throw error;
  });
  const finish = async ({ name, failed }: TestEnd): Promise<void> => {
    try {
      if (!failed) return await sandbox.kill();
      const lines = await keepSandbox(sandbox, { name, keepSecs, logsDir, baseUrl: forkd.baseUrl });
      if (lines.length > 0) process.stderr.write(`the sandbox of "${name}": ${lines.join("\n  ")}\n`);
    } finally {
      await leave();
    }
  };
  return { sandbox, finish };
}

async function forkOne(
  forkd: Forkd,
  tag: string,
  { name, signal }: Test,
  { labels, ...options }: ForkOptions,
): Promise<Sandbox> {
  const [sandbox] = await forkd.sandboxes.fork(tag, {
    ttlSecs: TTL_SECS,
    ...options,
    labels: { test: toLabel(name), ...labels },
    signal,
  });
  if (!sandbox) throw new Error("the daemon forked nothing");
  return sandbox;
}

function toLabel(name: string): string {
  return Array.from(name.replaceAll(NOT_IN_LABELS, " ")).slice(0, MAX_LABEL_LENGTH).join("");
}
