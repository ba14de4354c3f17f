import { z } from "zod";
import { egressSchema, linkSchema } from "./network.ts";
import { sandboxNameSchema, tagSchema } from "./primitives.ts";
import { checkFork, forkFields } from "./sandbox.ts";

/** What is the same for each member, or said by the group. */
const {
  network: _network,
  per_child_netns: _netns,
  name: _name,
  wait: _wait,
  on_failure: _onFailure,
  prewarm: _prewarm,
  hugepages: _hugepages,
  ...memberFields
} = forkFields;

const memberSchema = z
  .strictObject({
    name: sandboxNameSchema.meta({
      description: "What its siblings call it; of n children, name-0, name-1, and so on.",
    }),
    snapshot_tag: tagSchema,
    egress: egressSchema.default("deny"),
    ...memberFields,
  })
  .superRefine((member, context) => {
    const network = { mode: "netns" as const, egress: member.egress, link: null };
    checkFork({ ...member, network, per_child_netns: false }, context);
  })
  .meta({ id: "GroupMember" });

export const groupRequestSchema = z
  .strictObject({
    link: linkSchema,
    members: z.array(memberSchema).min(1).max(32).meta({ description: "Each of a snapshot." }),
  })
  .meta({ id: "GroupRequest" });
