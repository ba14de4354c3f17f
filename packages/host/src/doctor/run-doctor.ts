import type { DoctorCheck } from "@forkd/contract";
import { isForkdError, reasonOf } from "@forkd/contract";
import { ACCELERATOR_CHECKS } from "./accelerator-checks.ts";
import type { Check, DoctorContext } from "./check.ts";
import { fail } from "./check.ts";
import { DIRECTORY_CHECKS } from "./directory-checks.ts";
import { MEMORY_CHECKS } from "./memory-checks.ts";
import { NETWORK_CHECKS } from "./network-checks.ts";
import { PRIVILEGE_CHECKS } from "./privilege-checks.ts";
import { PROGRAM_CHECKS } from "./program-checks.ts";

const TIMEOUT_MS = 5_000;

const CHECKS: readonly Check[] = [
  ...ACCELERATOR_CHECKS,
  ...PROGRAM_CHECKS,
  ...PRIVILEGE_CHECKS,
  ...DIRECTORY_CHECKS,
  ...MEMORY_CHECKS,
  ...NETWORK_CHECKS,
];

/** Looks at everything that forkd needs of this host. Never throws; each check has a time-out of its own. */
export async function runDoctor(
  context: DoctorContext,
  checks: readonly Check[] = CHECKS,
): Promise<DoctorCheck[]> {
  return Promise.all(checks.map((check) => runCheck(check, context)));
}

async function runCheck(
  { name, timeoutMs = TIMEOUT_MS, look }: Check,
  context: DoctorContext,
): Promise<DoctorCheck> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    return {
      name,
      ...(await Promise.race([look({ ...context, signal }), rejectOnAbort(signal, timeoutMs)])),
    };
  } catch (error) {
    return { name, ...explain(error) };
  }
}

function rejectOnAbort(signal: AbortSignal, timeoutMs: number): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () =>
    reject(new Error(`the check did not end within ${timeoutMs} ms`, { cause: signal.reason }));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return promise;
}

function explain(error: unknown): ReturnType<typeof fail> {
  if (isForkdError(error)) return fail(error.message, error.hint);
  return fail(`the check itself failed: ${reasonOf(error)}`, "see the daemon's log");
}
