import { ENVD_VERSION } from "./envd-version.ts";
import { UNKEPT_OF_SANDBOXES } from "./control/bodies.ts";
import { SERVED_CALLS } from "./control/control.ts";
import { UNKEPT_OF_NETWORKS } from "./control/network.ts";
import { REFUSED_CALLS } from "./control/refused.ts";
import { UNKEPT_OF_CODE } from "./interpreter/bodies.ts";
import { INNER_CALLS } from "./inner-calls.ts";
import type { InnerCall } from "./inner-calls.ts";

/** One of E2B's calls, and what we make of it. */
export interface ReferenceRow {
  /** `POST /v2/sandboxes`, or a procedure. */
  readonly call: string;
  /** What E2B's TypeScript client calls it. */
  readonly sdk: string;
  /** Why it is refused, and what to do instead; undefined where it is served. */
  readonly refused: string | undefined;
}

/** All that E2B's clients call, for its page of the reference. */
export interface E2bReference {
  readonly envdVersion: string;
  readonly control: readonly ReferenceRow[];
  readonly inner: readonly ReferenceRow[];
  /** Fields that are refused, with why. */
  readonly fields: readonly (readonly [field: string, why: string])[];
}

/** What is served and what is not, from the tables that serve it. */
export function describeE2b(): E2bReference {
  const served = SERVED_CALLS.flatMap(({ method, paths, sdk }) =>
    paths.map((path) => ({ call: `${method} ${path}`, sdk, refused: undefined })),
  );
  const refused = REFUSED_CALLS.flatMap(({ method, paths, sdk, why, instead }) =>
    paths.map((path) => ({ call: `${method} ${path}`, sdk, refused: `${why}; ${instead}` })),
  );
  return {
    envdVersion: ENVD_VERSION,
    control: [...served, ...refused],
    inner: INNER_CALLS.map(({ call, sdk, refused: why }: InnerCall) => ({ call, sdk, refused: why })),
    fields: Object.entries({
      ...UNKEPT_OF_SANDBOXES,
      ...prefix("network.", UNKEPT_OF_NETWORKS),
      ...prefix("runCode: ", UNKEPT_OF_CODE),
    }).map(([field, { why, instead }]) => [field, `${why}; ${instead}`]),
  };
}

function prefix<Value>(text: string, table: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [`${text}${key}`, value]));
}
