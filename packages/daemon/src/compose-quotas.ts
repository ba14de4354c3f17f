import { Quotas, tenantOfName } from "@forkd/core";
import type { OperationPorts, TenantBook } from "@forkd/core";

/** Holds tenants to their quotas, by what their machines and snapshots take. Samples of machines are up to 30 s old. */
export function composeQuotas(
  tenants: TenantBook,
  { registry, usage, snapshots }: Pick<OperationPorts, "registry" | "usage" | "snapshots">,
): Quotas {
  const listMachines = () => [
    ...registry
      .list()
      .filter(({ isDead }) => !isDead)
      .map(({ record: { id, tenant, memoryMib, suspended } }) => ({
        id,
        tenant,
        memoryMib,
        isRunning: suspended === null,
      })),
    ...registry.unadopted().map(({ id, record: { tenant = null, memoryMib = 0 }, isSuspended }) => {
      return { id, tenant, memoryMib, isRunning: !isSuspended };
    }),
  ];
  const ofTenants = () =>
    listMachines().flatMap(({ tenant, ...machine }) => (tenant === null ? [] : [{ ...machine, tenant }]));
  return new Quotas(tenants, {
    listMachines: ofTenants,
    async measureDisk(tenant) {
      const links = (await snapshots.listLinks()).filter(({ tags }) =>
        tags.some((tag) => tenantOfName(tag) === tenant),
      );
      const machines = ofTenants().filter((machine) => machine.tenant === tenant);
      return [
        ...links.map(({ physicalBytes }) => physicalBytes),
        ...machines.map(({ id }) => usage.of(id).at(-1)?.diskBytes ?? 0),
      ].reduce((sum, bytes) => sum + bytes, 0);
    },
  });
}
