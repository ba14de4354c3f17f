import type { Connection } from "./connection.ts";
import { ForkdApiError, isForkdApiError } from "./errors.ts";

/** A body breaks off with the connection to the guest, and that its machine has ended is known a little later. */
const PATIENCE_MS = 5000;
const ASK_AGAIN_MS = 100;
/** What a client makes of a connection that broke; not every runtime says that there was one. */
const BROKEN = new Set<string>(["daemon_lost", "daemon_unreachable"]);

/**
 * A body that comes out of a sandbox. It has no place for an error once it has begun, so the daemon is asked why one broke
 * off: `sandbox_dead` and `sandbox_suspended` tell that the sandbox ended, and `daemon_lost` is left for what is nobody's.
 */
export async function* explainEnd(
  connection: Connection,
  id: string,
  { body, signal }: { readonly body: AsyncIterable<Uint8Array>; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (error) {
    if (!isForkdApiError(error) || !BROKEN.has(error.code)) throw error;
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const end = await findEnd(connection, id, signal ? AbortSignal.any([signal, patience]) : patience);
    signal?.throwIfAborted();
    throw end ?? error;
  }
}

async function findEnd(
  connection: Connection,
  id: string,
  signal: AbortSignal,
): Promise<ForkdApiError | undefined> {
  const options = { signal, startsDaemon: false };
  try {
    for (;;) {
      const { status, died } = await connection.call("getSandbox", { params: { id } }, options);
      if (status === "dead") return ended("sandbox_dead", `${id} died: ${died?.why ?? "nobody knows why"}`);
      if (status === "suspended") return ended("sandbox_suspended", `${id} was suspended`);
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  } catch (error) {
    const isGone = isForkdApiError(error) && error.code === "sandbox_not_found";
    return isGone ? ended("sandbox_dead", `${id} was killed`) : undefined;
  }
}

function ended(code: "sandbox_dead" | "sandbox_suspended", why: string): ForkdApiError {
  const hint = "what had come by then is not all of it";
  return new ForkdApiError(409, { error: `sandbox ${why} while this was read`, code, hint });
}
