import type { DoctorCheck, systemRoutes } from "@forkd/contract";
import { SingleFlight, requireNoTenant } from "@forkd/core";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";
import { examineHost } from "../../host/examine-host.ts";
import { VERSION } from "../../version.ts";

/** Measured in docs/design/prewarm-and-hugepages.md. */
const OPTION_NOTES = {
  prewarm:
    "accepted and without effect: all children map the same memory file, whose pages are warm after the first",
  hugepages:
    "accepted and without effect: children share memory page by page, and a huge page would be copied whole",
} as const;

/** What the daemon is, and what its host can do. */
export function createSystemHandlers(services: Services): Handlers<keyof typeof systemRoutes> {
  const { config, engine, limits } = services;
  /** It boots a guest, which whoever may ask for it could otherwise have by the hundred: who asks at once is told the same. */
  const examinations = new SingleFlight<DoctorCheck[]>();
  return {
    health: async () => ({ ok: true }),
    version: async () => ({ version: VERSION, api: "v1", pid: process.pid }),
    scrape: async ({ caller }) => {
      requireNoTenant(caller);
      return await services.metrics.render();
    },
    capabilities: async (call) => {
      const [identity, choice, probes] = await Promise.all([
        engine.identify(call),
        services.virtualisation.choose(call),
        limits.probe(),
      ]);
      const memory = probes.find(({ kind }) => kind === "memory");
      return {
        engine: identity.engine,
        engine_version: identity.version,
        accelerator: identity.accelerator,
        accelerator_reason: choice.reason,
        machine: identity.machine,
        cpu_model: identity.cpuModel,
        memory_limits: memory?.available === true,
        memory_limits_reason: memory?.why ?? "",
        limits: probes,
        branch_modes: ["full", "diff", "live"],
        branch_concurrency: config.branchConcurrency,
        option_notes: OPTION_NOTES,
        max_sandboxes: config.maxSandboxes,
        parallelism: config.parallelism,
        silent_copies: services.zygotes.silentCopies,
      };
    },
    doctor: async (call) => {
      requireNoTenant(call.caller);
      const asked = { signal: call.signal, onProgress: () => {}, stage: "examining the host" };
      return { checks: await examinations.run("host", asked, (options) => examineHost(services, options)) };
    },
    stop: async (call) => {
      const { on_exit: asked, kill_sandboxes: kills, keep_suspended: keepSuspended } = call.body;
      const onExit = kills ? "kill" : (asked ?? config.onExit);
      const order = { onExit, keepSuspended, timeoutSecs: call.body.timeout_secs };
      const suspended = await services.operations.stop(call.caller, order, call);
      return { suspended };
    },
  };
}
