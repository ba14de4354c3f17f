import { tenantNameSchema, tenantQuotaSchema } from "@forkd/contract";
import { parseJsonNow } from "@forkd/core";
import type { TenantStore } from "@forkd/core";
import { readShortFile, replaceFile } from "@forkd/posix";
import { z } from "zod";

const LIMIT_BYTES = 4 * 1024 * 1024;

const fileSchema = z.strictObject({
  version: z.literal(1),
  tenants: z.array(z.strictObject({ name: tenantNameSchema, quota: tenantQuotaSchema })),
});

/** Keeps quotas of tenants in one file. A damaged one is an error that names it. */
export function createTenantFile(path: string): TenantStore {
  const damaged = (why: string): Error =>
    new Error(`${path} ${why}: put it back, or remove it to limit no tenant`);
  return {
    async read() {
      const bytes = await readShortFile(path, LIMIT_BYTES, damaged);
      if (bytes === undefined) return [];
      try {
        return fileSchema.parse(parseJsonNow(bytes)).tenants;
      } catch {
        throw damaged("is not valid");
      }
    },
    write: (tenants) => replaceFile(path, `${JSON.stringify({ version: 1, tenants })}\n`),
  };
}
