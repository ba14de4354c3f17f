import { z } from "zod";
import { lifetimeSecsSchema, tagSchema } from "./primitives.ts";
import { tenantNameSchema } from "./tenant.ts";

/**
 * What a token lets its holder do: `read` what there is; `use` sandboxes and snapshots, and all that is in them; `admin`
 * the daemon and its host. Each has those before it.
 */
export const scopeSchema = z.enum(["read", "use", "admin"]).meta({
  description: "read: look. use: work with sandboxes and snapshots too. admin: the daemon and its host too.",
});

export const tokenRequestSchema = z
  .strictObject({
    name: tagSchema.meta({ description: "What events and lists call who has it." }),
    scope: scopeSchema.default("use"),
    ttl_secs: lifetimeSecsSchema
      .nullable()
      .default(null)
      .meta({ description: "For how long it is good, in seconds. Null: until it is revoked." }),
    tenant: tenantNameSchema.nullable().default(null).meta({
      description:
        "Its holder sees what is this tenant's and what is nobody's, and nothing else. Null: all there is.",
    }),
  })
  .refine(({ scope, tenant }) => tenant === null || scope !== "admin", {
    path: ["tenant"],
    message: "cannot be told with the scope admin, which is for the whole daemon",
  })
  .meta({ id: "TokenRequest" });

export const tokenInfoSchema = z
  .object({
    name: z.string(),
    scope: scopeSchema,
    created_at_unix: z.number().int(),
    expires_at_unix: z.number().int().nullable(),
    tenant: z.string().nullable(),
  })
  .meta({ id: "TokenInfo" });

export const newTokenSchema = tokenInfoSchema
  .extend({ token: z.string().meta({ description: "The secret. It is told this once, and kept nowhere." }) })
  .meta({ id: "NewToken" });
