import { setTimeout as delay } from "node:timers/promises";
import { isForkdApiError } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { findZygotes } from "../../tests/harness/leftovers.ts";
import { PARENT } from "../../tests/harness/parent.ts";
import { settled } from "../../tests/harness/settled.ts";
import { TestDaemon } from "../../tests/harness/test-daemon.ts";
import { Dice } from "./fuzz/dice.ts";
import { countHoldings, findLeaks } from "./leaks.ts";
import { residentMib } from "./memory.ts";

const CLIENTS = 8;
const REPORT_EVERY = 100;
/** How much more the daemon may have in memory afterwards. */
const ALLOWED_MIB = 40;
/** A heap is given back when nothing happens. */
const REST_MS = 30_000;
/** Of a cycle, in which something is killed. */
const KILLS = 0.3;
/** What a caller is told whose machine was killed. */
const DEATHS = new Set(["sandbox_dead", "sandbox_not_found", "agent_unreachable"]);

type Kill = "machine" | "guest" | "zygote" | "client";

/** Cycles of fork, question and end from eight clients, while machines, guests, zygotes and clients are killed by chance. */
export async function soakCycles(count: number, seed: number): Promise<boolean> {
  console.log(`==> seed ${seed}`);
  const dice = new Dice(seed);
  await using daemon = await TestDaemon.start({ isFresh: true });
  for (let warm = 0; warm < CLIENTS; warm++) await runCycle(daemon, undefined);
  const before = await holdingsOf(daemon);
  const memory = await residentMib(daemon.pid);
  const wrong: unknown[] = [];
  const kills: Record<Kill, number> = { machine: 0, guest: 0, zygote: 0, client: 0 };
  let begun = 0;
  const client = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      if (begun % REPORT_EVERY === 0) console.log(`${begun} of ${count}`);
      const kill = dice.happens(KILLS) ? dice.pick(Object.keys(kills) as Kill[]) : undefined;
      if (kill !== undefined) kills[kill] += 1;
      await runCycle(daemon, kill).catch((error: unknown) => wrong.push(error));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await delay(REST_MS);
  const leaks = findLeaks(before, await holdingsOf(daemon));
  const grown = (await residentMib(daemon.pid)) - memory;
  for (const line of [...wrong.slice(0, 10), ...leaks]) console.log(line);
  console.log(
    `==> ${count} cycles, ${JSON.stringify(kills)} killed: ${wrong.length} wrong answers, ${leaks.length} leaks`,
  );
  console.log(`==> the daemon's memory: ${memory} MiB before, ${grown} more afterwards`);
  return wrong.length === 0 && leaks.length === 0 && grown <= ALLOWED_MIB;
}

async function holdingsOf(daemon: TestDaemon) {
  const text = await settled(() => JSON.stringify(countHoldings(daemon)));
  return JSON.parse(text) as ReturnType<typeof countHoldings>;
}

/** Throws when an answer is wrong, or a failure has another reason than what was killed. */
async function runCycle(daemon: TestDaemon, kill: Kill | undefined): Promise<void> {
  const caller = new AbortController();
  const { signal } = caller;
  // Its answer comes or not; whatever was made of it is to end.
  const forking = daemon.forkd.sandboxes.fork(PARENT, { memoryLimitMib: 512, signal });
  if (kill === "client") caller.abort(new Error("the client has gone"));
  if (kill === "zygote") for (const pid of findZygotes(daemon.dataDir)) process.kill(pid, "SIGKILL");
  try {
    await using children = await forking;
    const [child] = children;
    if (!child) throw new Error("the fork gave no child");
    await askWhile(child, kill);
  } catch (error) {
    const isExpected =
      kill === "client" ? signal.aborted : isDeath(error) && (kill === "machine" || kill === "guest");
    if (!isExpected) throw error;
  }
}

async function askWhile(child: Sandbox, kill: Kill | undefined): Promise<void> {
  const answer = child.eval("6 * 7");
  answer.catch(() => {});
  if (kill === "machine" && child.info.pid !== null) process.kill(child.info.pid, "SIGKILL");
  if (kill === "guest") await child.exec(["sh", "-c", "echo c > /proc/sysrq-trigger"]);
  const { result } = await answer;
  if (result !== "42") throw new Error(`a child answered ${result}`);
}

function isDeath(error: unknown): boolean {
  return isForkdApiError(error) && DEATHS.has(error.code);
}
