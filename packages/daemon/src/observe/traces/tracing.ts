import type { Operations } from "@forkd/core";
import type { TracedServing } from "../../http/requests/traced-serving.ts";
import type { TracedPorts } from "./trace-ports.ts";

/** Tells OpenTelemetry what the daemon does. Disposal sends what is left, for a moment. */
export interface Tracing extends AsyncDisposable {
  /** Ports that do what they did, each as a part of the operation that it is used by. */
  tracePorts<Ports extends TracedPorts>(ports: Ports): Ports;
  traceOperations(operations: Operations): Operations;
  /** Undefined: requests are served as they come. */
  readonly requests: TracedServing | undefined;
}
