/** As much of the context of a test of Vitest as is needed. */
export interface VitestContext {
  readonly task: { readonly name: string; readonly result?: { readonly state: string } | undefined };
  onTestFinished(finish: () => Promise<void>): void;
}

/** As much of the context of a test of `node:test` as is needed. */
export interface NodeTestContext {
  readonly name: string;
  readonly passed: boolean;
  after(finish: () => Promise<void>): void;
}

/** What a test's function is given, by Vitest or by `node:test`. */
export type TestContext = VitestContext | NodeTestContext;

/** How a test ended. */
export interface TestEnd {
  readonly name: string;
  readonly failed: boolean;
}

/** Calls `finish` when a test has ended, which is waited for. */
export function onTestEnd(context: TestContext, finish: (end: TestEnd) => Promise<void>): void {
  if ("onTestFinished" in context) {
    const { task } = context;
    context.onTestFinished(() => finish({ name: task.name, failed: task.result?.state === "fail" }));
  } else {
    context.after(() => finish({ name: context.name, failed: !context.passed }));
  }
}
