/** As much of the context of a test of Vitest as is needed. */
export interface VitestContext {
  readonly task: VitestTask;
  readonly signal?: AbortSignal | undefined;
  onTestFinished(finish: () => Promise<void>): void;
}

/** As much of a test of Vitest as is needed. */
export interface VitestTask {
  readonly name: string;
  /** Whether it is to fail. */
  readonly fails?: boolean | undefined;
  readonly result?: { readonly state: string } | undefined;
}

/** As much of the context of a test of `node:test` as is needed. */
export interface NodeTestContext {
  readonly name: string;
  /** Not in the types that Node has of it. */
  readonly passed?: boolean;
  readonly signal?: AbortSignal | undefined;
  after(finish: () => Promise<void>): void;
}

/** What a test's function is given, by Vitest or by `node:test`. */
export type TestContext = VitestContext | NodeTestContext;

/** How a test ended. */
export interface TestEnd {
  readonly name: string;
  readonly failed: boolean;
}

/** What a test is called. */
export function nameOf(context: TestContext): string {
  return "task" in context ? context.task.name : context.name;
}

/** How a test of Vitest has ended, once its function has. One that is to fail and does has not failed. */
export function endOf({ name, fails = false, result }: VitestTask): TestEnd {
  const state = result?.state;
  return { name, failed: fails ? state === "pass" : state === "fail" };
}

/** Calls `finish` when a test has ended, which is waited for. */
export function onTestEnd(context: TestContext, finish: (end: TestEnd) => Promise<void>): void {
  if ("onTestFinished" in context) {
    const { task } = context;
    context.onTestFinished(() => finish(endOf(task)));
  } else {
    context.after(() => finish({ name: context.name, failed: context.passed === false }));
  }
}
