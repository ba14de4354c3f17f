import { expect, test } from "vitest";
import { readTraceSettings } from "./trace-settings.ts";

const ON = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };

test.each([
  {},
  { OTEL_SERVICE_NAME: "forkd", OTEL_TRACES_SAMPLER: "always_on" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: "" },
  { ...ON, OTEL_TRACES_EXPORTER: "none" },
  { ...ON, OTEL_SDK_DISABLED: "true" },
])("is off with %j", (env) => {
  expect(readTraceSettings(env)).toBeUndefined();
});

test.each([
  ON,
  { OTEL_TRACES_EXPORTER: "otlp" },
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://collector/v1/traces", OTEL_SDK_DISABLED: "false" },
])("is on with %j", (env) => {
  expect(readTraceSettings(env)).toEqual({
    sampler: "parentbased_always_on",
    ratio: 1,
    delayMs: 5000,
    resource: { "service.name": "forkd" },
  });
});

test("takes what is said of the daemon, and which traces are told of", () => {
  const told = {
    ...ON,
    OTEL_SERVICE_NAME: "forkd-7",
    OTEL_RESOURCE_ATTRIBUTES: "service.name=other, zone=a%2Cb,empty=",
    OTEL_TRACES_SAMPLER: "traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0.25",
    OTEL_BSP_SCHEDULE_DELAY: "200",
  };
  expect(readTraceSettings(told)).toEqual({
    sampler: "traceidratio",
    ratio: 0.25,
    delayMs: 200,
    resource: { "service.name": "forkd-7", zone: "a,b", empty: "" },
  });
});

test.each([
  ["OTEL_TRACES_EXPORTER", "zipkin"],
  ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"],
  ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "grpc://collector"],
  ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
  ["OTEL_TRACES_SAMPLER", "sometimes"],
  ["OTEL_TRACES_SAMPLER_ARG", "2"],
  ["OTEL_TRACES_SAMPLER_ARG", "much"],
  ["OTEL_BSP_SCHEDULE_DELAY", "-1"],
  ["OTEL_RESOURCE_ATTRIBUTES", "zone"],
  ["OTEL_RESOURCE_ATTRIBUTES", "zone=%"],
])("refuses %s=%s, and names the variable", (variable, value) => {
  expect(() => readTraceSettings({ ...ON, [variable]: value })).toThrow(
    expect.objectContaining({
      code: "invalid_configuration",
      details: expect.objectContaining({ variable }) as unknown,
    }),
  );
});
