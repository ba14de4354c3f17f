import { z } from "zod";
import { tenantInfoSchema, tenantNameSchema, tenantQuotaSchema } from "../schemas/tenant.ts";
import { defineRoutes } from "./route.ts";

export const tenantRoutes = defineRoutes({
  listTenants: {
    method: "GET",
    path: "/v1/tenants",
    summary: "List the tenants that have a token, a sandbox or a quota, with what they use.",
    scope: "admin",
    status: 200,
    reply: "json",
    response: z.array(tenantInfoSchema),
    errors: [],
  },
  setTenant: {
    method: "PUT",
    path: "/v1/tenants/:name",
    summary: "Say how much a tenant may use. What it uses already stays.",
    scope: "admin",
    params: z.object({ name: tenantNameSchema }),
    body: tenantQuotaSchema,
    status: 200,
    reply: "json",
    response: tenantInfoSchema,
    errors: ["disk_full"],
  },
});
