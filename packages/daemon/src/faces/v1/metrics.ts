import type { GuestTasks, metricsRoutes } from "@forkd/contract";
import type { GuestAgent, GuestTask } from "@forkd/core";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** What machines use, and which of their processes use it. */
export function createMetricsHandlers({ operations }: Services): Handlers<keyof typeof metricsRoutes> {
  return {
    metrics: (call) => operations.measureSandbox(call.caller, { id: call.params.id, ...call.query }, call),
    listTasks: async (call) => {
      const question = {
        id: call.params.id,
        as: "listTasks",
        question: (agent: GuestAgent) => agent.listTasks(call),
      };
      const { total, tasks } = await operations.askGuest(call.caller, question, call);
      return { total, tasks: tasks.map(describeTask) };
    },
  };
}

function describeTask({ parentPid, cpuMs, residentBytes, ...task }: GuestTask): GuestTasks["tasks"][number] {
  return { ...task, ppid: parentPid, cpu_ms: cpuMs, resident_bytes: residentBytes };
}
