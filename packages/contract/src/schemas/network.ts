import { z } from "zod";

export const networkModeSchema = z.enum(["none", "user", "netns"]).meta({
  description:
    "none: no network; ports can be reached all the same. user: one that needs no root. netns: a network namespace of its own.",
});

const addressesSchema = z
  .union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], "is no address, and no network such as 203.0.113.0/24")
  .meta({ description: "An address, or a network.", example: "203.0.113.0/24" });

export const egressSchema = z
  .union([z.enum(["deny", "allow"]), z.array(addressesSchema).min(1).max(256)])
  .meta({
    description:
      "What the guest may reach. deny: nothing. allow: what is public. Or a list; what is private, or the host's own, only where it is named as such.",
  });

export const networkRequestSchema = z
  .strictObject({
    mode: networkModeSchema.default("none"),
    egress: egressSchema.default("deny"),
  })
  .meta({ id: "NetworkRequest" });

export const networkUpdateSchema = z.strictObject({ egress: egressSchema }).meta({ id: "NetworkUpdate" });

export const networkInfoSchema = z
  .object({ mode: networkModeSchema, egress: egressSchema })
  .meta({ id: "NetworkInfo" });

export const netnsInfoSchema = z
  .object({
    name: z.string().meta({ description: "Of the network namespace, as `ip netns` has it." }),
    sandbox_id: z.string().nullable().meta({ description: "Whose it is; null while it waits for one." }),
  })
  .meta({ id: "NetnsInfo" });

export const netnsSetupRequestSchema = z
  .strictObject({
    count: z
      .number()
      .int()
      .min(0)
      .max(4096)
      .meta({ description: "How many are to be ready; 0 removes them." }),
  })
  .meta({ id: "NetnsSetupRequest" });

export interface CheckedNetwork {
  readonly network: z.output<typeof networkRequestSchema>;
  readonly per_child_netns: boolean;
}

/** What must fit together in the network of a fork. */
export function checkNetwork(
  { network, per_child_netns: netns }: CheckedNetwork,
  context: z.RefinementCtx,
): void {
  if (netns && network.mode === "user")
    context.addIssue({ code: "custom", path: ["per_child_netns"], message: "contradicts network.mode" });
  if (!netns && network.mode === "none" && network.egress !== "deny")
    context.addIssue({
      code: "custom",
      path: ["network", "egress"],
      message: "is of a network: say which with network.mode",
    });
}
