import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Sampler, TracerProviderOptions } from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";
import { VERSION } from "../../version.ts";
import { logFailures } from "./log-failures.ts";
import { Spans } from "./spans.ts";
import { traceOperations } from "./trace-operations.ts";
import { tracePorts } from "./trace-ports.ts";
import { traceRequests } from "./trace-requests.ts";
import type { TraceSettings } from "./trace-settings.ts";
import type { Tracing } from "./tracing.ts";

/** How long a stop waits until the last spans are sent. */
const FLUSH_MS = 2000;
/** Spans that wait to be sent: what comes on top is lost. A fork of 100 children is some 500. */
const QUEUE_MAX = 4096;
const BATCH_MAX = 512;
const LONGEST_VALUE = 512;

/** Sends spans by OTLP over HTTP. Who cannot be reached costs nobody anything but the spans. */
export function openOtlpTracing({ resource, delayMs, ...sampled }: TraceSettings, log: Logger): Tracing {
  const provider = new TracerProvider({
    resource: describeResource({ ...resource, "service.version": VERSION }),
    sampler: createSampler(sampled),
    spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: logFailures(new OTLPTraceExporter(), log),
        scheduledDelayMillis: delayMs,
        maxQueueSize: QUEUE_MAX,
        maxExportBatchSize: BATCH_MAX,
      }),
    ],
  });
  const spans = new Spans(provider.getTracer("forkd", VERSION));
  return {
    tracePorts: (ports) => tracePorts(spans, ports),
    traceOperations: (operations) => traceOperations(spans, operations),
    requests: traceRequests(spans),
    async [Symbol.asyncDispose]() {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, FLUSH_MS);
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      clearTimeout(timer);
    },
  };
}

type Resource = NonNullable<TracerProviderOptions["resource"]>;

function describeResource(attributes: Readonly<Record<string, string>>): Resource {
  const resource: Resource = {
    attributes,
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}

function createSampler({ sampler, ratio }: Pick<TraceSettings, "sampler" | "ratio">): Sampler {
  switch (sampler) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return new TraceIdRatioBasedSampler(ratio);
    case "parentbased_always_on":
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case "parentbased_always_off":
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case "parentbased_traceidratio":
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
  }
}
