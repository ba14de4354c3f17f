import type { GuestAgent } from "@forkd/core";
import type { AgentSession } from "./connection/session.ts";
import type { Deadlines } from "./default-deadlines.ts";
import { createGuestFiles } from "./files/guest-files.ts";
import { createContexts } from "./operations/contexts.ts";
import { attachToProcess, runCommand } from "./operations/exec.ts";
import { applyFork } from "./operations/fork.ts";
import { Evaluator, startInterpreter } from "./operations/interpreters.ts";
import { keepClock } from "./operations/keep-clock.ts";
import { listTasks, measureGuest } from "./operations/metrics.ts";
import { listListeners, waitForPort } from "./operations/listeners.ts";
import { setNetwork } from "./operations/network.ts";
import { ping } from "./operations/ping.ts";
import { commandProcess, listProcesses } from "./operations/processes.ts";
import { rehearse } from "./operations/rehearse.ts";
import { wakeGuest } from "./operations/set-clock.ts";
import { writeStdin } from "./operations/stdin.ts";
import { syncGuest } from "./operations/sync.ts";
import { waitForProcess } from "./operations/wait-for-process.ts";
import { openTunnel } from "./operations/tunnel.ts";

/** The agent at the other end of a session, which it owns from now on. */
export function createGuestAgent(session: AgentSession, deadlines: Deadlines): GuestAgent {
  const { quickMs, clockMs, graceMs, startInterpreterMs, syncMs } = deadlines;
  const evaluator = new Evaluator(session, graceMs);
  return {
    closed: session.closed,
    standStill() {
      session.time.stop();
      return { [Symbol.dispose]: () => session.time.goOn() };
    },
    ping: (options) => ping(session, quickMs, options),
    fork: (identity, options) => applyFork(session, identity, deadlines, options),
    exec: (command, options) => runCommand(session, command, graceMs, options),
    attach: (process, options) => attachToProcess(session, process, graceMs, options),
    waitForProcess: (pid, options) => waitForProcess(session, pid, graceMs, options),
    listProcesses: (options) => listProcesses(session, quickMs, options),
    writeStdin: (process, input, options) => writeStdin(session, process, input, options),
    signal: (pid, signal, group, options) =>
      commandProcess(session, { pid, verb: "signal", body: { signal, group } }, quickMs, options),
    resize: (pid, { cols, rows }, options) =>
      commandProcess(session, { pid, verb: "resize", body: { cols, rows } }, quickMs, options),
    measure: (options) => measureGuest(session, quickMs, options),
    listTasks: (options) => listTasks(session, quickMs, options),
    startInterpreter: (language, options) => startInterpreter(session, language, startInterpreterMs, options),
    evaluate: (evaluation, options) => evaluator.evaluate(evaluation, options),
    evaluateStream: (evaluation, options) => evaluator.stream(evaluation, options),
    contexts: createContexts(session, deadlines),
    files: createGuestFiles(session, deadlines),
    wake: async (options) =>
      void (await wakeGuest(session, { ...options, timeoutMs: quickMs, patienceMs: clockMs })),
    setNetwork: (network, options) => setNetwork(session, network, { ...options, timeoutMs: quickMs }),
    keepClock: (options) => keepClock(session, { ...options, timeoutMs: quickMs, patienceMs: clockMs }),
    sync: (options) => syncGuest(session, { timeoutMs: syncMs }, options),
    listListeners: (options) => listListeners(session, quickMs, options),
    waitForPort: (port, options) => waitForPort(session, port, options),
    connectToPort: (port, options) => openTunnel(session, port, deadlines.portMs, options),
    rehearse: (options) => rehearse(session, deadlines, options),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
