import { ForkdError } from "@forkd/contract";

/** Where spans of the daemon go is for the exporter to read: `OTEL_EXPORTER_OTLP_…`. This is the rest. */
export interface TraceSettings {
  readonly sampler: (typeof SAMPLERS)[number];
  /** Of traces that begin here, the part that is told of. */
  readonly ratio: number;
  /** How long spans wait for others to go with them. */
  readonly delayMs: number;
  /** What is said of the daemon with each batch. */
  readonly resource: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const ENDPOINTS = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
const PROTOCOLS = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
const SAMPLERS = [
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
  "always_on",
  "always_off",
  "traceidratio",
] as const;
const MOST_DELAY_MS = 60_000;

/**
 * How traces are wanted, by OpenTelemetry's own variables; undefined where they are not. Throws `invalid_configuration`
 * naming the variable.
 */
export function readTraceSettings(env: Environment): TraceSettings | undefined {
  const told = (variable: string): string | undefined => env[variable]?.trim() || undefined;
  if (told("OTEL_SDK_DISABLED")?.toLowerCase() === "true") return undefined;
  const exporter = told("OTEL_TRACES_EXPORTER");
  if (exporter === "none" || (exporter === undefined && !ENDPOINTS.some(told))) return undefined;
  const refuseUnless = (isSound: boolean, variable: string, why: string): void => {
    if (!isSound)
      throw new ForkdError("invalid_configuration", { variable, value: env[variable] ?? "", why });
  };
  refuseUnless((exporter ?? "otlp") === "otlp", "OTEL_TRACES_EXPORTER", "is neither otlp nor none");
  for (const variable of ENDPOINTS) refuseUnless(isHttp(told(variable)), variable, "is not an http URL");
  for (const variable of PROTOCOLS)
    refuseUnless(told(variable) !== "grpc", variable, "is not spoken: it is http/json");
  const sampler = SAMPLERS.find((name) => name === (told("OTEL_TRACES_SAMPLER") ?? SAMPLERS[0]));
  const ratio = Number(told("OTEL_TRACES_SAMPLER_ARG") ?? 1);
  const delayMs = Number(told("OTEL_BSP_SCHEDULE_DELAY") ?? 5000);
  refuseUnless(sampler !== undefined, "OTEL_TRACES_SAMPLER", `is none of ${SAMPLERS.join(", ")}`);
  refuseUnless(ratio >= 0 && ratio <= 1, "OTEL_TRACES_SAMPLER_ARG", "is not a number from 0 to 1");
  const isDelay = delayMs >= 0 && delayMs <= MOST_DELAY_MS;
  refuseUnless(isDelay, "OTEL_BSP_SCHEDULE_DELAY", `is not a number from 0 to ${MOST_DELAY_MS}`);
  const attributes = readPairs(told("OTEL_RESOURCE_ATTRIBUTES"));
  refuseUnless(attributes !== undefined, "OTEL_RESOURCE_ATTRIBUTES", "is no list such as zone=a,rack=7");
  const service = told("OTEL_SERVICE_NAME") ?? attributes?.["service.name"] ?? "forkd";
  const resource = { ...attributes, "service.name": service };
  return { sampler: sampler ?? SAMPLERS[0], ratio, delayMs, resource };
}

function isHttp(text: string | undefined): boolean {
  return text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? "");
}

/** `a=1,b=2`, in which what is no plain character is percent-encoded. Undefined for anything else. */
function readPairs(text = ""): Readonly<Record<string, string>> | undefined {
  try {
    const pairs = text.split(",").filter((pair) => pair.trim() !== "");
    const entries = pairs.map((pair) => /^\s*([^=\s]+)\s*=(.*)$/.exec(pair) ?? []);
    if (entries.some(([all]) => all === undefined)) return undefined;
    return Object.fromEntries(
      entries.map(([, name = "", value = ""]) => [
        decodeURIComponent(name),
        decodeURIComponent(value.trim()),
      ]),
    );
  } catch {
    return undefined;
  }
}
