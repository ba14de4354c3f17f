import { deepEqual, equal } from "node:assert/strict";
import { Forkd } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";

// One suite three ways: in one warm machine, split over forks of it, and by cold processes, one for each file.
const { FORKD_RECIPE_TAG: tag = "ci-parallel-pytest" } = process.env;
const WORKERS = Number(process.argv[2] ?? 4);
const FILES = ["test_arrays.py", "test_frames.py", "test_models.py"];
const TIMEOUT_SECS = 600;
await using forkd = new Forkd();

type Outcomes = Readonly<Record<string, string>>;

async function runPart(child: Sandbox, part: number, of: number): Promise<Outcomes> {
  const { resultJson } = await child.eval(`run_part.run(tests, ${part}, ${of})`, {
    timeoutSecs: TIMEOUT_SECS,
  });
  return (JSON.parse(resultJson ?? "{}") as { outcomes: Outcomes }).outcomes;
}

/** Splits the suite over this many forks. */
async function runWarm(count: number): Promise<Outcomes> {
  await using children = await forkd.sandboxes.fork(tag, { n: count });
  const parts = await Promise.all(children.map((child, part) => runPart(child, part, count)));
  return Object.assign({}, ...parts) as Outcomes;
}

/** Has a process for each file, which imports all that it needs first; side by side in forks, as the workers are. */
async function runCold(): Promise<number> {
  await using children = await forkd.sandboxes.fork(tag, { n: FILES.length });
  const command = ["python3", "-m", "pytest", "-q", "-p", "no:cacheprovider"];
  const ends = await Promise.all(
    children.map((child, index) =>
      child.exec([...command, `/suite/${FILES[index]}`], { timeoutSecs: TIMEOUT_SECS }),
    ),
  );
  deepEqual(
    ends.map(({ exitCode }) => exitCode),
    FILES.map(() => 0),
  );
  return ends.reduce((sum, { stdout }) => sum + Number(/(\d+) passed/.exec(stdout)?.[1]), 0);
}

async function time<Result>(work: () => Promise<Result>): Promise<[result: Result, ms: number]> {
  const startedAt = performance.now();
  const result = await work();
  return [result, Math.round(performance.now() - startedAt)];
}

const [serial, serialMs] = await time(() => runWarm(1));
const [split, splitMs] = await time(() => runWarm(WORKERS));
const [coldCount, coldMs] = await time(runCold);

deepEqual(split, serial);
deepEqual(new Set(Object.values(serial)), new Set(["passed"]));
equal(coldCount, Object.keys(serial).length);
console.log(`${coldCount} tests passed each time:
  one warm fork          ${serialMs} ms
  ${WORKERS} warm forks           ${splitMs} ms
  ${FILES.length} cold processes       ${coldMs} ms`);
