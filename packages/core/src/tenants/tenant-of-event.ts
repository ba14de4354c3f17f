import type { EventFacts, SandboxId } from "@forkd/contract";
import type { Viewer } from "./sight.ts";
import { tenantOfName } from "./sight.ts";

/** Whose event it is: that of what it is about, else of who asked for it. Undefined: for those who see everything. */
export function tenantOfEvent(
  facts: EventFacts,
  caller: Viewer | undefined,
  tenantOf: (id: SandboxId) => string | undefined,
): string | undefined {
  const { from, sandbox_id, id, tag } = facts as { readonly [name: string]: unknown };
  const sandbox = [from, sandbox_id, id].find(
    (value) => typeof value === "string" && value.startsWith("sb_"),
  );
  const owner = sandbox === undefined ? undefined : tenantOf(sandbox as SandboxId);
  return owner ?? (typeof tag === "string" ? tenantOfName(tag) : undefined) ?? caller?.tenant;
}
