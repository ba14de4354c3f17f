import { isForkdError } from "@forkd/contract";
import type { ErrorDetails, ForkdError, SandboxInfo } from "@forkd/contract";

/** The forks that there is room for, and why there are no more. */
export interface SomeForks {
  readonly made: readonly SandboxInfo[];
  readonly refused?: ForkdError;
}

/** As many of `n` forks as quotas and the host's memory leave room for. Throws what is no want of room. */
export async function forkSome(
  n: number,
  fork: (n: number) => Promise<readonly SandboxInfo[]>,
): Promise<SomeForks> {
  try {
    return { made: await fork(n) };
  } catch (error) {
    const room = isForkdError(error) ? roomFor(n, error) : undefined;
    if (room === undefined) throw error;
    const refused = error as ForkdError;
    if (room === 0) return { made: [], refused };
    return { refused, ...(await forkSome(room, fork)) };
  }
}

/** How many of `n` would have fitted; undefined where it was not for their number that they failed. */
function roomFor(n: number, { code, details }: ForkdError): number | undefined {
  if (code === "sandbox_quota") {
    const { limit, running } = details as ErrorDetails<"sandbox_quota">;
    return fewer(n, limit - running);
  }
  if (code === "tenant_quota") {
    const { limit, used, wanted } = details as ErrorDetails<"tenant_quota">;
    return fewer(n, ((limit - used) * n) / wanted);
  }
  if (code === "no_memory") {
    const { availableMib, reserveMib, eachMib } = details as ErrorDetails<"no_memory">;
    return fewer(n, (availableMib - reserveMib) / eachMib);
  }
  return undefined;
}

function fewer(n: number, fitting: number): number {
  return Number.isFinite(fitting) ? Math.min(Math.max(Math.floor(fitting), 0), n - 1) : 0;
}
