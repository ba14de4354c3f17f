import { z } from "zod";

/** What stands between a tenant's name and the rest of a tag that is the tenant's. */
export const TENANT_MARK = "..";

/** Short enough that a tag has room for it. */
export const tenantNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,23}$/, "must be 1 to 24 of a-z 0-9 - and begin with a letter or digit")
  .meta({ description: "The name of a tenant." });

const quota = (description: string) =>
  z
    .number()
    .int()
    .min(0)
    .nullable()
    .default(null)
    .meta({ description: `${description}. Null: no limit.` });

export const tenantQuotaSchema = z
  .strictObject({
    sandboxes: quota("Sandboxes that are not dead, those on disk among them"),
    memory_mib: quota("What the guests that have a process see as their memory, in MiB"),
    disk_mib: quota("What its sandboxes have written and its snapshots take, in MiB"),
    branches_per_minute: quota("Branches and forks of running sandboxes in any 60 seconds"),
  })
  .meta({ id: "TenantQuota" });

const used = z.number().nonnegative();

export const tenantInfoSchema = z
  .object({
    name: z.string(),
    quota: z.object(tenantQuotaSchema.shape),
    used: z.object({ sandboxes: used, memory_mib: used, disk_mib: used, branches_per_minute: used }),
  })
  .meta({ id: "TenantInfo" });
