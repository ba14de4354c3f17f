import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";

const LONGEST_WHY = 500;

/** An exporter whose failures are logged: once, and once when it works again. */
export function logFailures(exporter: SpanExporter, log: Logger): SpanExporter {
  let isFailing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const { error } = result;
        if (error && !isFailing) log.warn({ why: describe(error) }, "traces.not_sent");
        if (!error && isFailing) log.info("traces.sent_again");
        isFailing = error !== undefined;
        done(result);
      }),
    forceFlush: async () => await exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

/** Its message alone: the rest may have what the collector answered, of any length. */
function describe({ message, name }: Error): string {
  return (message || name).slice(0, LONGEST_WHY);
}
