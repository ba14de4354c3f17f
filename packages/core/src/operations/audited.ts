import { redactAddress, toForkdError } from "@forkd/contract";
import type { AuditFacts, AuditTrail } from "../ports/audit.ts";
import type { Caller } from "./caller.ts";

/** They change nothing, and give nothing out of a guest but what it says of itself. */
const LOOKS = new Set([
  "listSandboxes",
  "describeSandbox",
  "lookAtSandbox",
  "listWorkspaces",
  "describeWorkspace",
  "listImages",
  "listSnapshots",
  "describeSnapshot",
  "describeFamily",
  "describeTree",
  "listContexts",
  "measureSandbox",
  "listPorts",
  "waitForPort",
  "listNetns",
  "listTokens",
  "listTenants",
  "listWebhooks",
  "listJobs",
  "getJob",
  "ping",
  "listProcesses",
  "waitForProcess",
  "listTasks",
  "getFileInfo",
  "listFiles",
  "watchFiles",
]);

/** The fields of orders that tell what they are about, the first that there is. */
const OBJECT_FIELDS = ["id", "job", "webhook", "tag", "name", "snapshot_tag", "reference", "link"] as const;
/** No name is longer. */
const OBJECT_LIMIT = 512;
const PATH_LIMIT = 4096;

interface Act {
  readonly caller: Caller;
  readonly operation: string;
  readonly order: unknown;
}

/**
 * Does what is asked for once it is recorded, and records what became of it. Throws `audit_failed` and does nothing where
 * that cannot be recorded. What cannot be recorded afterwards is told to `onError`: it is done.
 */
export async function doAudited<Result>(
  audit: AuditTrail | undefined,
  onError: (error: unknown, doing: string) => void,
  { caller, operation: called, order }: Act,
  work: () => Promise<Result>,
): Promise<Result> {
  const operation = textOf(order, "as") ?? called;
  if (audit === undefined || LOOKS.has(operation)) return await work();
  const facts = describeAct(caller, operation, order);
  const asked = audit.record({ ...facts, stage: "asked" });
  const tell = (news: Partial<AuditFacts>): void => {
    try {
      audit.record({ ...facts, stage: "done", asked, ...news });
    } catch (error) {
      onError(error, `recording what became of ${operation}, line ${asked} of the audit`);
    }
  };
  try {
    const result = await work();
    tell({ made: listMade(result) });
    return result;
  } catch (error) {
    tell({ code: toForkdError(error).code });
    throw error;
  }
}

/** Nothing of an order but names: what commands, code and environments hold may be secret. */
export function describeAct(
  { name, request }: Caller,
  operation: string,
  order: unknown,
): Omit<AuditFacts, "stage"> {
  const source = textOf(order, "source");
  const { order: inner, request: signed } = order as { readonly order?: unknown; readonly request?: unknown };
  const path = [order, inner, signed].map((part) => textOf(part, "path")).find((text) => text !== undefined);
  const object = OBJECT_FIELDS.map((field) => textOf(order, field)).find((text) => text !== undefined);
  return {
    who: name,
    from: request?.from ?? null,
    request_id: request?.id ?? null,
    operation,
    object: (object ?? (source && redactAddress(source)))?.slice(0, OBJECT_LIMIT) ?? null,
    path: path?.slice(0, PATH_LIMIT) ?? null,
    asked: null,
    code: null,
    made: [],
  };
}

function textOf(value: unknown, field: string): string | undefined {
  const found = (value as Readonly<Record<string, unknown>> | null)?.[field];
  return typeof found === "string" ? found : undefined;
}

/** Children, a snapshot, an image; or ids and tags as they are. */
function listMade(result: unknown): string[] {
  return [result]
    .flat()
    .map((each) => (typeof each === "string" ? each : textOf(each, "id")))
    .filter((text) => text !== undefined);
}
