import { ENVD_VERSION } from "./envd-version.ts";
import { SERVED_CALLS } from "./control/control.ts";
import { REFUSED_CALLS } from "./control/refused.ts";
import { INNER_CALLS } from "./inner-calls.ts";
import type { InnerCall } from "./inner-calls.ts";
import { LIMITS } from "./refusals/limits.ts";
import type { Limit } from "./refusals/limits.ts";
import { explainRefusal } from "./refusals/refusal.ts";
import type { Refusal } from "./refusals/refusal.ts";
import { REFUSALS } from "./refusals/refusals.ts";

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
  readonly refusals: readonly Refusal[];
  readonly limits: readonly Limit[];
}

/** What is served and what is not, from the tables that serve it. */
export function describeE2b(): E2bReference {
  const served = SERVED_CALLS.flatMap(({ method, paths, sdk }) =>
    paths.map((path) => ({ call: `${method} ${path}`, sdk, refused: undefined })),
  );
  const refused = REFUSED_CALLS.flatMap(({ method, paths, sdk, why, instead }) =>
    paths.map((path) => ({ call: `${method} ${path}`, sdk, refused: explainRefusal({ why, instead }) })),
  );
  return {
    envdVersion: ENVD_VERSION,
    control: [...served, ...refused],
    inner: INNER_CALLS.map(({ call, sdk, refused: why }: InnerCall) => ({ call, sdk, refused: why })),
    refusals: Object.values(REFUSALS),
    limits: Object.values(LIMITS),
  };
}
