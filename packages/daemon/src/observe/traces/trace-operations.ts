import { describeAct } from "@forkd/core";
import type { Operations } from "@forkd/core";
import type { Spans } from "./spans.ts";

/** They touch no guest and change nothing; lists are asked for every second by whoever watches. */
const QUIET: ReadonlySet<keyof Operations> = new Set([
  "describeFamily",
  "describeSandbox",
  "describeSnapshot",
  "describeTree",
  "describeWorkspace",
  "getJob",
  "listImages",
  "listJobs",
  "listNetns",
  "listSandboxes",
  "listSnapshots",
  "listTenants",
  "listTokens",
  "listWebhooks",
  "listWorkspaces",
  "lookAtSandbox",
] as const);

type AnyOperation = (...args: Parameters<Operations["fork"]>) => Promise<unknown>;

/** Operations as parts of the requests that ask for them, or of nothing where the daemon itself does. */
export function traceOperations(spans: Spans, operations: Operations): Operations {
  const traced = Object.entries(operations).map(([name, operation]) => {
    const isQuiet = (QUIET as ReadonlySet<string>).has(name);
    return [name, isQuiet ? operation : traceOperation(spans, name, operation as unknown as AnyOperation)];
  });
  return Object.fromEntries(traced) as Operations;
}

function traceOperation(spans: Spans, name: string, operation: AnyOperation): AnyOperation {
  return (...args) => {
    const [caller, order] = args;
    const { who, object } = describeAct(caller, name, order);
    const attributes = {
      "forkd.caller": who,
      ...(caller.tenant !== undefined && { "forkd.tenant": caller.tenant }),
      ...(object !== null && { "forkd.object": object }),
    };
    return spans.whole({ name, attributes }, () => operation(...args));
  };
}
