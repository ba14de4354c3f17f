import { setFlagsFromString } from "node:v8";
import { rootCauseOf, isForkdError } from "@forkd/contract";
import { pino } from "pino";
import type { DestinationStream } from "pino";
import { readConfig } from "./config.ts";
import { startDaemon } from "./daemon.ts";
import { examineAlone } from "./host/examine-alone.ts";

const DOCTOR_MS = 180_000;
const LAST_TRY_MS = 100;

// V8 lets the space of new objects grow to 128 MiB under load, and hardly ever gives it back. What a request makes is
// gone with the request: what the start took, some 16 MiB, is enough.
setFlagsFromString("--semi-space-growth-factor=1");

/** `serve`: the daemon in the foreground, until SIGTERM, SIGINT or a stop request. Logs are JSON lines on stdout. */
async function serve(): Promise<void> {
  process.umask(0o077);
  const config = readConfig();
  const log = pino({ level: config.logLevel, name: "forkd" }, openLog());
  const daemon = await startDaemon(config, log);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => daemon.stop({ onExit: config.onExit, keepSuspended: true }));
  }
  await daemon.stopped;
  // Spans that could not be sent may still wait for another try.
  if (config.traces) setTimeout(() => process.exit(), LAST_TRY_MS).unref();
}

/** `doctor`: what a daemon would say of this host, as JSON, without one. */
async function doctor(): Promise<void> {
  const told = new AbortController();
  const checks = await examineAlone({
    signal: AbortSignal.any([AbortSignal.timeout(DOCTOR_MS), told.signal]),
  });
  process.stdout.write(`${JSON.stringify({ checks })}\n`);
  // A check that was given up may still be at work.
  told.abort();
}

/** A log that cannot be written, on a full disk say, is no reason to end. What is lost is only lines. */
function openLog(): DestinationStream {
  const destination = pino.destination({ fd: 1, sync: true });
  destination.on("error", () => {});
  return destination;
}

try {
  await (process.argv[2] === "doctor" ? doctor() : serve());
} catch (error) {
  const cause = rootCauseOf(error);
  const text = isForkdError(cause) ? `error: ${cause.message}\n  try: ${cause.hint}` : String(cause);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
