import type { Connection } from "./connection.ts";
import { ForkdApiError, isForkdApiError } from "./errors.ts";

/** A body breaks off with the connection to the guest, and that its machine has ended is known a little later. */
const PATIENCE_MS = 2000;
const ASK_AGAIN_MS = 100;

/**
 * A body that comes out of a sandbox. It has no place for an error once it has begun, so the daemon is asked why one broke
 * off: `sandbox_dead` and `sandbox_suspended` tell that the sandbox ended, and `daemon_lost` is left for what is nobody's.
 */
export async function* explainEnd(
  connection: Connection,
  id: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (error) {
    if (!isForkdApiError(error) || error.code !== "daemon_lost") throw error;
    throw (await findEnd(connection, id)) ?? error;
  }
}

async function findEnd(connection: Connection, id: string): Promise<ForkdApiError | undefined> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    for (;;) {
      const { status, died } = await connection.call("getSandbox", { params: { id } }, { signal });
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
