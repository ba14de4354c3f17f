import type { Logger } from "pino";
import type { TraceSettings } from "./trace-settings.ts";
import type { Tracing } from "./tracing.ts";

const NO_TRACING: Tracing = {
  tracePorts: (ports) => ports,
  traceOperations: (operations) => operations,
  requests: undefined,
  [Symbol.asyncDispose]: async () => {},
};

/** What of OpenTelemetry it takes is loaded where it is wanted alone: it takes longer than all else of a start. */
export async function openTracing(settings: TraceSettings | undefined, log: Logger): Promise<Tracing> {
  if (settings === undefined) return NO_TRACING;
  const { openOtlpTracing } = await import("./otlp-tracing.ts");
  return openOtlpTracing(settings, log);
}
