import type { Duplex } from "node:stream";
import { expectTypeOf, test } from "vitest";
import { bestOf, isForkdApiError, mapForks, raceForks, withBranch } from "./index.ts";
import type {
  ApiErrorCode,
  Attempt,
  BranchInfo,
  Controller,
  ErrorCode,
  EvalEvent,
  EvalResult,
  ExecEvent,
  ExecResult,
  FileChange,
  FileWatch,
  ForkSource,
  Forkd,
  ForkdApiError,
  ForkdEvent,
  Job,
  PortForward,
  Sandbox,
  SandboxGroup,
  SandboxProcess,
} from "./index.ts";

// What is told here is held by the compiler, as one of the checks; a test run calls nothing.

test("what is made is ended by `await using`", () => {
  expectTypeOf<Forkd>().toExtend<AsyncDisposable>();
  expectTypeOf<Controller>().toExtend<AsyncDisposable>();
  expectTypeOf<Sandbox>().toExtend<AsyncDisposable>();
  expectTypeOf<SandboxGroup>().toExtend<AsyncDisposable & readonly Sandbox[]>();
  expectTypeOf<SandboxProcess>().toExtend<AsyncDisposable>();
  expectTypeOf<PortForward>().toExtend<AsyncDisposable>();
  expectTypeOf<FileWatch>().toExtend<Disposable>();
});

test("a fork is a group of sandboxes, of a snapshot as of one that runs", () => {
  expectTypeOf<Forkd["sandboxes"]["fork"]>().returns.resolves.toEqualTypeOf<SandboxGroup>();
  expectTypeOf<Sandbox["fork"]>().returns.resolves.toEqualTypeOf<SandboxGroup>();
  expectTypeOf<Sandbox>().toExtend<ForkSource>();
  expectTypeOf<Forkd["sandboxes"]["from"]>().returns.toExtend<ForkSource>();
  expectTypeOf<Sandbox["branch"]>().returns.resolves.toEqualTypeOf<BranchInfo>();
  expectTypeOf<SandboxGroup[number]>().toEqualTypeOf<Sandbox>();
});

test("results are whole, and streams are iterated", () => {
  expectTypeOf<Sandbox["exec"]>().parameter(0).toEqualTypeOf<readonly string[]>();
  expectTypeOf<Sandbox["exec"]>().returns.resolves.toEqualTypeOf<ExecResult>();
  expectTypeOf<Sandbox["run"]>().returns.resolves.toEqualTypeOf<ExecResult>();
  expectTypeOf<Sandbox["eval"]>().returns.resolves.toEqualTypeOf<EvalResult>();
  expectTypeOf<Sandbox["execStream"]>().returns.toEqualTypeOf<AsyncIterable<ExecEvent>>();
  expectTypeOf<Sandbox["evalStream"]>().returns.toEqualTypeOf<AsyncIterable<EvalEvent>>();
  expectTypeOf<Forkd["events"]["follow"]>().returns.toExtend<AsyncIterable<ForkdEvent>>();
  expectTypeOf<Forkd["jobs"]["watch"]>().returns.toExtend<AsyncIterable<Job>>();
  expectTypeOf<Sandbox["logs"]>().returns.resolves.toEqualTypeOf<AsyncIterable<Uint8Array>>();
  expectTypeOf<Sandbox["connect"]>().returns.resolves.toEqualTypeOf<Duplex>();
  expectTypeOf<Sandbox["fetch"]>().returns.resolves.toEqualTypeOf<Response>();
});

test("a directory is watched by iteration or by a listener", () => {
  const watch = (files: Sandbox["files"]) => files.watchDir("/srv");
  const listen = (files: Sandbox["files"]) => files.watchDir("/srv", ({ type }) => type);
  expectTypeOf(watch).returns.toExtend<AsyncIterable<FileChange>>();
  expectTypeOf(listen).returns.resolves.toEqualTypeOf<FileWatch>();
});

test("every call takes a signal", () => {
  type Options<Call extends (...args: never[]) => unknown> = NonNullable<
    Extract<Parameters<Call>[number], object>
  >;
  type Signalled = { readonly signal?: AbortSignal | undefined };
  expectTypeOf<Options<Forkd["sandboxes"]["list"]>>().toExtend<Signalled>();
  expectTypeOf<Options<Sandbox["branch"]>>().toExtend<Signalled>();
  expectTypeOf<Options<Sandbox["files"]["write"]>>().toExtend<
    Signalled | Uint8Array | AsyncIterable<Uint8Array>
  >();
  expectTypeOf<Options<SandboxProcess["wait"]>>().toExtend<Signalled>();
});

test("a fan-out gives what its work gives", () => {
  const map = (source: ForkSource) => mapForks(source, [1, 2], async (_, n) => String(n));
  expectTypeOf(map).returns.resolves.toEqualTypeOf<string[]>();
  const race = (source: ForkSource, attempts: Attempt<number>[]) => raceForks(source, attempts);
  expectTypeOf(race).returns.resolves.toEqualTypeOf<number>();
  const best = (source: ForkSource) => bestOf(source, 2, async () => "a", { judge: (value) => value.length });
  expectTypeOf(best).returns.resolves.toHaveProperty("sandbox").toEqualTypeOf<Sandbox>();
  expectTypeOf(best).returns.resolves.toHaveProperty("value").toEqualTypeOf<string>();
  const branch = (source: ForkSource) => withBranch(source, async () => 1n);
  expectTypeOf(branch).returns.resolves.toHaveProperty("value").toEqualTypeOf<bigint>();
});

test("an error is told by its code, and codes that are none do not compile", () => {
  expectTypeOf(isForkdApiError).guards.toEqualTypeOf<ForkdApiError>();
  expectTypeOf<ForkdApiError["code"]>().toEqualTypeOf<ApiErrorCode>();
  expectTypeOf<"sandbox_dead">().toExtend<ErrorCode>();
  expectTypeOf<"daemon_lost">().toExtend<ApiErrorCode>();
  expectTypeOf<"sandbox_deaf">().not.toExtend<ErrorCode>();
});

test("the reference system's names have its replies", () => {
  type Reply<Name extends keyof Controller> = Controller[Name] extends (...args: never[]) => infer R
    ? Awaited<R>
    : never;
  expectTypeOf<Reply<"execCommand">>().toHaveProperty("exit_code").toEqualTypeOf<number>();
  expectTypeOf<Reply<"spawnSandboxes">[number]>().toHaveProperty("snapshot_tag").toBeString();
  expectTypeOf<Reply<"branchSandbox">>().toHaveProperty("pause_ms").toEqualTypeOf<number>();
});
