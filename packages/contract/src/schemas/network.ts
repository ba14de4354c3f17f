import { z } from "zod";

export const networkModeSchema = z.enum(["none", "user", "netns"]).meta({
  description:
    "none: no network; ports can be reached all the same. user: one that needs no root. netns: a network namespace of its own.",
});

const LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
/** It is no number: so no address that is written wrongly is taken for a name. */
const LAST_LABEL = "[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const nameSchema = z
  .string()
  .max(253)
  .regex(new RegExp(`^(\\*\\.(${LABEL}\\.)*|(${LABEL}\\.)+)${LAST_LABEL}$`));

/** JSON Schema knows no format of networks, and who checks by it complains of one. The pattern says all of it. */
const NO_FORMAT = { format: undefined };

const destinationSchema = z
  .union([z.cidrv4().meta(NO_FORMAT), z.cidrv6().meta(NO_FORMAT), z.ipv4(), z.ipv6(), nameSchema])
  .meta({
    description: "An address, a network, or the name of a domain; `*.example.com` is each name below.",
    example: "203.0.113.0/24",
  });

export const egressSchema = z
  .union(
    [z.enum(["deny", "allow"]), z.array(destinationSchema).min(1).max(256)],
    "is neither deny nor allow, nor a list of networks and names such as 203.0.113.0/24, pypi.org and *.example.com",
  )
  .meta({
    description:
      "What the guest may reach. deny: nothing. allow: what is public. Or a list; what is private, or the host's own, only where its addresses are named as such. A list with names has no other name resolved.",
  });

/** A label of a name of a host, since the names of its members may end with it. */
export const linkSchema = z
  .string()
  .regex(new RegExp(`^${LABEL}$`), "must be 1 to 63 of A-Z a-z 0-9 _ - and neither begin nor end with -")
  .meta({
    description:
      "A group: its members reach each other, by their names and ids too, and nobody else does. It is there while it has a member.",
    example: "shop",
  });

export const networkRequestSchema = z
  .strictObject({
    mode: networkModeSchema.default("none"),
    egress: egressSchema.default("deny"),
    link: linkSchema.nullable().default(null),
  })
  .meta({ id: "NetworkRequest" });

export const networkUpdateSchema = z.strictObject({ egress: egressSchema }).meta({ id: "NetworkUpdate" });

export const networkInfoSchema = z
  .object({
    mode: networkModeSchema,
    egress: egressSchema,
    link: z.string().nullable().meta({ description: "The group that it is linked to." }),
  })
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
  if (!netns && network.mode !== "netns" && network.link !== null)
    context.addIssue({
      code: "custom",
      path: ["network", "link"],
      message: "is of sandboxes with a network namespace: say network.mode netns, under a daemon of root",
    });
  if (!netns && network.mode === "none" && network.egress !== "deny")
    context.addIssue({
      code: "custom",
      path: ["network", "egress"],
      message: "is of a network: say which with network.mode",
    });
}
