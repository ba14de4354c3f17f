import { afterAll, beforeAll } from "vitest";
import type { EvalOptions, Sandbox, SandboxGroup } from "@forkd/sdk";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { TEST_HOST } from "../harness/test-host.ts";

export const CHILDREN = TEST_HOST.isSlow ? 3 : 8;

/** Children of one parent, for the tests of a file. */
export function useChildren(): { readonly daemon: TestDaemon; readonly children: readonly Sandbox[] } {
  const used: { daemon?: TestDaemon; children?: SandboxGroup } = {};
  beforeAll(async () => {
    used.daemon = await TestDaemon.start();
    used.children = await used.daemon.forkd.sandboxes.fork(PARENT, {
      n: CHILDREN,
      env: { SHARED: "all" },
      children: Array.from({ length: CHILDREN }, (_, index) => ({
        env: { MINE: `child ${index}` },
        args: [`${index}`],
      })),
    });
  });
  afterAll(() => used.daemon?.[Symbol.asyncDispose]());
  return {
    get daemon() {
      if (!used.daemon) throw new Error("the daemon is not running yet");
      return used.daemon;
    },
    get children() {
      return used.children ?? [];
    },
  };
}

/** Evaluates an expression in one child, as JSON. */
export async function evaluate(child: Sandbox, code: string, options: EvalOptions = {}): Promise<unknown> {
  const { resultJson, error, traceback } = await child.eval(code, options);
  if (error !== null) throw new Error(traceback ?? error);
  return JSON.parse(resultJson ?? "null");
}

/** Evaluates an expression in every child, as JSON, all at once. */
export function evaluateAll(
  children: readonly Sandbox[],
  code: string,
  options?: EvalOptions,
): Promise<unknown[]> {
  return Promise.all(children.map((child) => evaluate(child, code, options)));
}

/** The trimmed output of a shell line in every child. */
export async function runAll(children: readonly Sandbox[], line: string): Promise<string[]> {
  const results = await Promise.all(children.map((child) => child.run(line)));
  return results.map(({ stdout }) => stdout.trim());
}
