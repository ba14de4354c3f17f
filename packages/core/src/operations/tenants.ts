import type { TenantInfo, TenantQuota } from "@forkd/contract";
import type { Asked } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

const NO_LIMITS: TenantQuota = {
  sandboxes: null,
  memory_mib: null,
  disk_mib: null,
  branches_per_minute: null,
};

/** Tenants, and how much each may use. */
export function createTenantOperations({ tenants, quotas, tokens, registry }: OperationPorts) {
  const describe = async (name: string): Promise<TenantInfo> => ({
    name,
    quota: tenants.quotaOf(name) ?? NO_LIMITS,
    used: await quotas.describe(name),
  });
  const listTenants: (...asked: Asked) => Promise<TenantInfo[]> = async () => {
    const owners = [...tokens.list(), ...registry.users()].map(({ tenant }) => tenant ?? undefined);
    const names = new Set([...tenants.names(), ...owners.filter((name) => name !== undefined)]);
    return await Promise.all([...names].toSorted().map(describe));
  };
  return {
    listTenants,

    async setTenant(
      ...[, { name, quota }, options]: Asked<{ readonly name: string; readonly quota: TenantQuota }>
    ): Promise<TenantInfo> {
      await tenants.set({ name, quota }, options);
      return await describe(name);
    },
  };
}
