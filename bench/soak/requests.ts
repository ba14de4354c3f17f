import { createOpenApiDocument } from "@forkd/contract";
import { PARENT } from "../../tests/harness/parent.ts";
import { TestDaemon } from "../../tests/harness/test-daemon.ts";
import { Dice } from "./fuzz/dice.ts";
import { findFault } from "./fuzz/judge.ts";
import { FuzzedRequests } from "./fuzz/requests.ts";
import type { ApiDocument, FuzzedRequest } from "./fuzz/requests.ts";
import { sendBytes } from "./fuzz/send.ts";
import { residentMib } from "./memory.ts";

const CLIENTS = 8;
const TIMEOUT_MS = 60_000;
const MAX_SANDBOXES = "6";
const REPORT_EVERY = 1000;
const SHOWN_FAULTS = 20;

/** They end the daemon or the machines, follow something without end, or build for minutes. */
const EXCLUDED = new Set(["stop", "killSandboxes", "watchEvents", "buildImage", "createSnapshot"]);

/** Sends fuzzed requests to a daemon with a few machines. Each must have an answer, and none the status 500. */
export async function soakRequests(count: number, seed: number): Promise<boolean> {
  await using daemon = await TestDaemon.start({ env: { FORKD_MAX_SANDBOXES: MAX_SANDBOXES } });
  const children = await daemon.forkd.sandboxes.fork(PARENT, { n: 3 });
  const document = createOpenApiDocument("0") as unknown as ApiDocument;
  const pools = poolsFor(children.map(({ id }) => id));
  const requests = new FuzzedRequests(new Dice(seed), document, { pools, excluded: EXCLUDED });
  const tally = new Map<string, number>();
  let faults = 0;
  const before = await residentMib(daemon.pid);
  let sent = 0;
  const client = async (): Promise<void> => {
    while (sent < count) {
      sent += 1;
      if (sent % REPORT_EVERY === 0) console.log(`${sent} of ${count}, ${faults} faults`);
      await judge(requests.next());
    }
  };
  const judge = async ({ name, bytes }: FuzzedRequest): Promise<void> => {
    const answer = await sendBytes(daemon.socketPath, bytes, TIMEOUT_MS);
    tally.set(String(answer.status), (tally.get(String(answer.status)) ?? 0) + 1);
    const fault = findFault(answer);
    if (fault === undefined) return;
    faults += 1;
    if (faults <= SHOWN_FAULTS) console.log(`${name}: ${fault}\n  ${bytes.subarray(0, 300).toString()}`);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await requireForks(daemon);
  const after = await residentMib(daemon.pid);
  console.log(`==> ${count} requests (seed ${seed}): ${faults} faults; ${describe(tally)}`);
  console.log(`==> the daemon's memory: ${before} MiB before, ${after} MiB after`);
  return faults === 0;
}

/** What fields of these names mean something as, next to what is made up. Nothing of it reaches beyond the test. */
function poolsFor(ids: readonly string[]): Record<string, readonly unknown[]> {
  const unknown = "sb_0000000000000000";
  return {
    id: [...ids, unknown],
    pid: [1, 2, 4_194_304],
    tag: ["fuzz-a", "fuzz-b", "no-such-tag"],
    to: ["fuzz-c"],
    image: ["no-such-image", "0".repeat(64)],
    snapshot_tag: [PARENT, "no-such-tag"],
    n: [1, 1, 2, 1000],
    // With a hundredth of a CPU, which is the least, an emulated guest takes minutes to answer.
    cpu_limit: [null, 0.5, 2, 0],
    path: ["/tmp/x", "/dev/null", "/dev", "/proc/self/status", "/root/a/b", "/no/such"],
    args: [["true"], ["sh", "-c", "echo x; exit 3"], ["no-such-program"], [""]],
    code: ["1 + 1", "print('x')", "1 / 0", "("],
    timeout_secs: [1, 0.01, 3],
    ttl_secs: [1, 2],
    source: ["/dev/zero", "/proc/kmsg", "/etc/passwd", "http://127.0.0.1:9/x", "oci://127.0.0.1:9/x", "a/b"],
    index: ["http://127.0.0.1:9/index.json"],
    output: ["/dev/null", "/no/such/directory/x", "/proc/x"],
    sign: [null, "/dev/zero", "/no/such/key"],
    require_signature: [[], ["/dev/zero"]],
    destination: ["127.0.0.1:9/x:y"],
    follow: ["false"],
    detach: [false],
    stdin_stream: [false],
    force: [false],
  };
}

/** The machines may have been ended by a request that was right. */
async function requireForks({ forkd }: TestDaemon): Promise<void> {
  await forkd.sandboxes.killAll();
  await using children = await forkd.sandboxes.fork(PARENT, { n: 3 });
  for (const child of children) {
    const { result } = await child.eval("6 * 7");
    if (result !== "42") throw new Error(`a child answers ${result}`);
  }
}

function describe(tally: ReadonlyMap<string, number>): string {
  return [...tally]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([status, times]) => `${status}: ${times}`)
    .join(", ");
}
