import { isForkdError } from "@forkd/contract";
import type { SandboxId, SandboxMetrics } from "@forkd/contract";
import { withTimeout } from "../concurrency/abort.ts";
import { describeMetrics } from "../model/metrics-view.ts";
import type { GuestUsage } from "../ports/guest.ts";
import type { CallOptions } from "../ports/options.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Asked } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

/** How long a guest may take to say what it uses: what the host knows is not to wait for it for long. */
const GUEST_TIMEOUT_MS = 2000;

interface MetricsOrder {
  readonly id: SandboxId;
  /** Only samples behind this time, in seconds since 1970. */
  readonly since?: number | undefined;
  /** Whether the guest is asked too. */
  readonly guest: boolean;
}

/** What machines use. */
export function createMetricsOperations({ registry, usage }: Pick<OperationPorts, "registry" | "usage">) {
  return {
    /**
     * Now, and as it was. It resumes no machine, and is no use of one. Throws `sandbox_not_found`, `sandbox_dead`,
     * `sandbox_suspended`, `sandbox_unmanaged`.
     */
    async measureSandbox(
      ...[, { id, since = 0, guest }, options]: Asked<MetricsOrder>
    ): Promise<SandboxMetrics> {
      const sandbox = await registry.find(id, options);
      const [now, inside] = await Promise.all([
        usage.look(sandbox),
        guest ? askGuest(sandbox, options) : undefined,
      ]);
      const history = usage.of(id).filter(({ atUnixMs }) => atUnixMs > since * 1000);
      return describeMetrics(sandbox.describe(), { now, history, ...inside });
    },
  };
}

/** What the guest says; or why it says nothing, which is no failure of what the host knows. */
async function askGuest(
  sandbox: Sandbox,
  { signal }: CallOptions,
): Promise<{ guest?: GuestUsage; guestWhy?: string }> {
  const options = { signal: withTimeout(signal, GUEST_TIMEOUT_MS) };
  try {
    return { guest: await sandbox.askAside((agent) => agent.measure(options), options) };
  } catch (error) {
    signal.throwIfAborted();
    if (!isForkdError(error)) throw error;
    return { guestWhy: error.message };
  }
}
