import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";

const ROUNDS = 10;
const TIMEOUT_MS = 30_000;

/**
 * Sets the clock of the emulated host to ours, by the quickest of some questions and answers: tests compare a
 * machine's clock with that of the host that they run on.
 */
export async function setClock(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error("the emulated host's shell does not answer")));
  const offsetMs = await measureOffsetMs(socket);
  const setting = `time.clock_settime(time.CLOCK_REALTIME, time.time() + ${offsetMs / 1000})`;
  socket.end(`python3 -c 'import time; ${setting}'\nexit\n`);
  socket.resume();
  await once(socket, "close");
}

/** By how much the emulated host's clock is behind ours. */
async function measureOffsetMs(socket: Socket): Promise<number> {
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const samples: { tookMs: number; offsetMs: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const askedAt = Date.now();
    socket.write("echo $EPOCHREALTIME\n");
    const line = await lines.next();
    const answeredAt = Date.now();
    const offsetMs = (askedAt + answeredAt) / 2 - Number(line.value) * 1000;
    samples.push({ tookMs: answeredAt - askedAt, offsetMs });
  }
  return samples.toSorted((one, other) => one.tookMs - other.tookMs)[0]?.offsetMs ?? 0;
}
