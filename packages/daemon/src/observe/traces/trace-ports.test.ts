import type { ProgressOptions, Machine } from "@forkd/core";
import { EventStream, JobRegistry, LOCAL_USER, NEVER, Semaphore } from "@forkd/core";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import { attributeOf, drawTree, openCollector } from "../../../test/trace-collector.ts";
import type { TracedPorts } from "./trace-ports.ts";
import { openTracing } from "./open-tracing.ts";
import type { Tracing } from "./tracing.ts";

const FORK_TREE = `fork
  admission
  child
    slot
    network
    machine.copy
    agent
  child
    slot
    network
    machine.restore
    agent
`;
const BRANCH_TREE = `branchSandbox
  job branchSandbox
    machine.restore
    capture
      stop
      memory
      resume
    store
`;

const options: ProgressOptions = { signal: NEVER, onProgress: () => {} };
const soon = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

/** What an engine, a guest and a store would do, in a moment each. */
function createPorts(): TracedPorts {
  const machine = {
    capture: async () => {
      const startedAtMs = performance.now();
      await soon();
      const phases = ["stop", "memory", "resume"].map((name, i) => ({
        name,
        startedAtMs: startedAtMs + i,
        ms: 1,
      }));
      return { pauseMs: 3, longestStallMs: 3, dirtyPages: 7, memoryBytes: 1, diskBytes: 2, phases };
    },
  } as unknown as Machine;
  const ports = {
    jobs: new JobRegistry(new EventStream()),
    slots: new Semaphore(1),
    admission: { admit: async () => ({ [Symbol.dispose]: () => {} }) },
    limits: { createGroup: soon },
    networks: { lease: soon },
    zygotes: { copy: async ({ isReady }: { isReady: boolean }) => (isReady ? machine : undefined) },
    engine: { restore: async () => machine },
    connector: {
      connectAndFork: async () => {
        await soon();
        return { agent: {}, report: { clockOffsetMs: 0.5, reseeded: ["kernel"] } };
      },
    },
    snapshots: { begin: async () => ({ commit: soon }), hold: async () => ({ open: soon }) },
    guestBoot: {},
  };
  return ports as unknown as TracedPorts;
}

/** Does the work as a job, and gives what a collector was told of it once nothing more is told. */
async function tellCollector(work: (ports: TracedPorts, tracing: Tracing) => Promise<unknown>) {
  await using collector = await openCollector();
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url);
  const settings = { sampler: "always_on", ratio: 1, delayMs: 60_000, resource: {} } as const;
  {
    await using tracing = await openTracing(settings, pino({ level: "silent" }));
    await work(tracing.tracePorts(createPorts()), tracing);
  }
  vi.unstubAllEnvs();
  return collector.spans();
}

/** As an operation does that was asked for. */
function asOperation<Result>(tracing: Tracing, name: string, work: () => Promise<Result>): Promise<Result> {
  const operations = tracing.traceOperations({ [name]: work } as never) as unknown as Record<
    string,
    typeof ask
  >;
  async function ask(..._asked: readonly unknown[]): Promise<Result> {
    return await work();
  }
  return operations[name]!(LOCAL_USER, {}, options);
}

async function startChild(ports: TracedPorts, index: number, isReady: boolean) {
  const plan = { id: `sb_${index}`, identity: { childIndex: index } } as never;
  return await ports.traceChild!(plan, async () => {
    using _slot = await ports.slots.acquire("a slot", options);
    await ports.networks.lease({ mode: "user" } as never, options);
    const source = { isReady } as never;
    const copy = await ports.zygotes.copy(source, {} as never, { ...options, children: 2 });
    const machine = copy ?? (await ports.engine.restore({} as never, options));
    await ports.connector.connectAndFork({} as never, {} as never, options);
    return { record: { restoreMs: 1, readyMs: 2 }, machine } as never;
  });
}

test("the parts of a fork's children are below their own child, however they interleave", async () => {
  const spans = await tellCollector((ports, tracing) =>
    asOperation(tracing, "fork", async () => {
      using _room = await ports.admission.admit({ tag: "py", n: 2 } as never);
      await Promise.all([startChild(ports, 0, true), startChild(ports, 1, false)]);
    }),
  );
  const root = spans.find(({ name }) => name === "fork")!;
  expect(`${drawTree(spans, root)}\n`).toBe(FORK_TREE);
  const children = spans.filter(({ name }) => name === "child");
  expect(children.map((child) => attributeOf(child, "forkd.sandbox"))).toEqual(["sb_0", "sb_1"]);
  expect(children.map((child) => attributeOf(child, "forkd.ready_ms"))).toEqual([2, 2]);
});

test("a branch has what was timed of its capture, and its job goes on behind an early answer", async () => {
  const ended = Promise.withResolvers<void>();
  const spans = await tellCollector(async (ports, tracing) => {
    await asOperation(tracing, "branchSandbox", async () => {
      const name = { kind: "branchSandbox", subject: "mid" };
      const { result } = ports.jobs.start(name, LOCAL_USER, options, async (inJob) => {
        inJob.onProgress({ step: "capture", message: "secret words" });
        const machine = await ports.engine.restore({} as never, inJob);
        await machine.capture({ mode: "diff" } as never, inJob);
        await soon();
        const draft = await ports.snapshots.begin("mid", {} as never);
        await draft.commit({} as never, inJob);
      });
      void result.then(() => ended.resolve());
    });
    await ended.promise;
  });
  const root = spans.find(({ name }) => name === "branchSandbox")!;
  expect(`${drawTree(spans, root)}\n`).toBe(BRANCH_TREE);
  const job = spans.find(({ name }) => name === "job branchSandbox");
  expect(job?.events?.map(({ name }) => name)).toEqual(["capture"]);
  expect(JSON.stringify(spans)).not.toContain("secret words");
});

test("what is left to be done later is no part of what has ended", async () => {
  const spans = await tellCollector(async (ports, tracing) => {
    let later: Promise<unknown> | undefined;
    const goOn = Promise.withResolvers<void>();
    await asOperation(tracing, "fork", async () => {
      later = goOn.promise.then(() => ports.engine.restore({} as never, options));
    });
    goOn.resolve();
    await later;
  });
  expect(spans.map(({ name }) => name)).toEqual(["fork"]);
});

test("what fails is told by its code alone", async () => {
  const spans = await tellCollector(async (_ports, tracing) => {
    const failing = asOperation(tracing, "fork", () => Promise.reject(new Error("hunter2")));
    await expect(failing).rejects.toThrow("hunter2");
  });
  expect(attributeOf(spans[0]!, "error.type")).toBe("internal");
  expect(JSON.stringify(spans)).not.toContain("hunter2");
});
