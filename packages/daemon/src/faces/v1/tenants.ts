import type { tenantRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Tenants: list, limit. */
export function createTenantHandlers({ operations }: Services): Handlers<keyof typeof tenantRoutes> {
  return {
    listTenants: (call) => operations.listTenants(call.caller, {}, call),
    setTenant: (call) =>
      operations.setTenant(call.caller, { name: call.params.name, quota: call.body }, call),
  };
}
