import { TENANT_MARK, tenantNameSchema } from "@forkd/contract";
import type { Caller } from "../operations/caller.ts";

/** Who looks: one of a tenant, or one who sees everything. */
export type Viewer = Pick<Caller, "tenant">;

/** What a tenant's machine is known by. That of a damaged record is nobody's whom we know. */
interface Owned {
  readonly tenant?: string | null | undefined;
}

/** The tenant of a tag or of an image's name, which begins with the tenant's name and a mark; undefined: nobody's. */
export function tenantOfName(name: string): string | undefined {
  const at = name.indexOf(TENANT_MARK);
  const tenant = name.slice(0, Math.max(at, 0));
  return tenantNameSchema.safeParse(tenant).success ? tenant : undefined;
}

/** What is nobody's is shared: all may look at it and fork it. */
export function seesName({ tenant }: Viewer, name: string): boolean {
  return tenant === undefined || [undefined, tenant].includes(tenantOfName(name));
}

export function ownsName({ tenant }: Viewer, name: string): boolean {
  return tenant === undefined || tenantOfName(name) === tenant;
}

/** Machines are shared with nobody. */
export function seesSandbox({ tenant }: Viewer, owned: Owned): boolean {
  return tenant === undefined || owned.tenant === tenant;
}
