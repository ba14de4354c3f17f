import { ForkdError } from "@forkd/contract";
import type { WarmStep } from "@forkd/contract";
import type { GuestAgent, GuestCommand } from "../ports/guest.ts";
import type { ProgressOptions } from "../ports/options.ts";
import { sleep } from "../concurrency/abort.ts";
import { OutputTail, lastLines } from "./output-tail.ts";
import { ServiceWatch } from "./service-watch.ts";

const READY_INTERVAL_MS = 100;

interface WarmUp {
  readonly tag: string;
  readonly warm: readonly WarmStep[];
  readonly ready: readonly string[] | null;
  readonly timeoutSecs: number;
}

/**
 * Runs the warm-up steps in order, waits until the readiness command succeeds, and has the guest write back its disk. A
 * service that fails meanwhile ends that at once.
 */
export async function warmUp(agent: GuestAgent, plan: WarmUp, options: ProgressOptions): Promise<void> {
  await using services = new ServiceWatch(plan.tag, options);
  await services.during(prepare(agent, plan, services, { ...options, signal: services.signal }));
}

async function prepare(
  agent: GuestAgent,
  plan: WarmUp,
  services: ServiceWatch,
  options: ProgressOptions,
): Promise<void> {
  await startInterpreters(agent, plan.warm, options);
  for (const [index, step] of plan.warm.entries()) {
    options.onProgress({
      step: "warm-up",
      message: describeStep(step),
      done: index,
      total: plan.warm.length,
    });
    if (step.kind === "service") await services.start(agent, describeStep(step), command(step.args));
    else await runStep(agent, plan.tag, step, options);
  }
  if (plan.ready) await waitUntilReady(agent, { ...plan, ready: plan.ready }, services, options);
  await agent.sync(options);
}

/** Python is started wherever it is, so that the first `eval` of a child finds it warm; Node where it is used. */
async function startInterpreters(
  agent: GuestAgent,
  warm: readonly WarmStep[],
  options: ProgressOptions,
): Promise<void> {
  const { interpreters } = await agent.ping(options);
  const wanted = new Set(warm.map(({ kind }) => kind));
  for (const language of ["python", "node"] as const) {
    const isPresent = interpreters[language].state !== "absent";
    if (!wanted.has(language) && !(language === "python" && isPresent)) continue;
    options.onProgress({ step: "interpreter", message: `starting ${language}` });
    await agent.startInterpreter(language, options);
  }
}

function describeStep(step: WarmStep): string {
  const text = "code" in step ? step.code : step.args.join(" ");
  const line = text.trim().split("\n", 1)[0] ?? "";
  return `${step.kind}: ${line.length > 60 ? `${line.slice(0, 59)}…` : line}`;
}

async function runStep(
  agent: GuestAgent,
  tag: string,
  step: Exclude<WarmStep, { kind: "service" }>,
  options: ProgressOptions,
): Promise<void> {
  switch (step.kind) {
    case "command": {
      const { exitCode, output } = await runCommand(agent, step.args, options);
      if (exitCode !== 0)
        throw new ForkdError("warm_up_failed", { tag, step: describeStep(step), exitCode, output });
      return;
    }
    case "python":
    case "node": {
      const { kind: language, code } = step;
      const reply = await agent.evaluate({ language, code, mode: "run", timeoutMs: 86_400_000 }, options);
      if (reply.error === null) return;
      const output = lastLines(reply.traceback ?? reply.error);
      throw new ForkdError("warm_up_failed", { tag, step: describeStep(step), exitCode: 1, output });
    }
  }
}

async function waitUntilReady(
  agent: GuestAgent,
  { tag, ready, timeoutSecs }: WarmUp & { ready: readonly string[] },
  services: ServiceWatch,
  options: ProgressOptions,
): Promise<void> {
  const line = ready.join(" ");
  let output: string[] = [];
  options.onProgress({ step: "ready", message: `waiting until ready: ${line}` });
  for (;;) {
    try {
      const attempt = await runCommand(agent, ready, options);
      if (attempt.exitCode === 0) return;
      output = attempt.output;
      await sleep(READY_INTERVAL_MS, "waiting until ready", options.signal);
    } catch (cause) {
      if (!isTimeout(options.signal)) throw cause;
      const words = [...output, ...services.lastOutput()];
      throw new ForkdError("never_ready", { tag, command: line, timeoutSecs, output: words }, { cause });
    }
  }
}

const isTimeout = (signal: AbortSignal): boolean =>
  signal.aborted && signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";

const command = (args: readonly string[]): GuestCommand => ({
  args,
  env: {},
  stdin: "none",
  pty: null,
  timeoutMs: 0,
  detach: false,
});

async function runCommand(
  agent: GuestAgent,
  args: readonly string[],
  options: ProgressOptions,
): Promise<{ exitCode: number | null; output: string[] }> {
  const output = new OutputTail();
  for await (const event of agent.exec(command(args), options)) {
    if (event.type === "exit") return { exitCode: event.exitCode, output: output.lines() };
    if ("data" in event) output.add(event.data);
  }
  throw new ForkdError("agent_protocol", { why: "a command's output ended without its exit" });
}
