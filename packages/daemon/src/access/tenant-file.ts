import { tenantNameSchema, tenantQuotaSchema } from "@forkd/contract";
import type { TenantStore } from "@forkd/core";
import { z } from "zod";
import { createListFile } from "../list-file.ts";

const item = z.strictObject({ name: tenantNameSchema, quota: tenantQuotaSchema });

/** Keeps quotas of tenants. */
export function createTenantFile(path: string): TenantStore {
  return createListFile(path, { name: "tenants", item, withoutIt: "limit no tenant" });
}
