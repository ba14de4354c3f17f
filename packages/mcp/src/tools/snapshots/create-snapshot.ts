import { snapshotInfoSchema, snapshotRequestSchema, tagSchema } from "@forkd/contract/schemas";
import { toWire } from "@forkd/sdk";
import { z } from "zod";
import { describeSnapshot } from "../../results/describe-snapshot.ts";
import { defineTool } from "../../tool.ts";

const { tag, image, memory_mib, vcpus, warm, ready, env, timeout_secs } = snapshotRequestSchema.shape;

/** What other systems' tool of this name takes; machines here need none of it. */
const OLDER_FIELDS = {
  rootfs: tagSchema.optional().meta({ description: "An older word for image: the name of a root image." }),
  kernel: z.null().optional().meta({ description: "Not taken: the host's own kernel is used." }),
  tap: z.null().optional().meta({ description: "Not taken: networks belong to sandboxes." }),
  rw: z.boolean().optional().meta({ description: "Without effect: every sandbox has a disk of its own." }),
  boot_wait_secs: z
    .number()
    .optional()
    .meta({ description: "Without effect: it is waited until the machine is ready, see ready." }),
};

export const createSnapshot = defineTool({
  name: "create_snapshot",
  title: "Create a snapshot",
  description:
    "Boot a root image, warm it up (run commands, import modules in its Python or Node), and freeze it as a snapshot. " +
    "Takes seconds to minutes. Images are listed by list_images and made by build_image.",
  effect: "makes",
  input: z
    .strictObject({
      tag,
      image: image.optional(),
      memory_mib,
      vcpus,
      warm,
      ready,
      env,
      timeout_secs,
      ...OLDER_FIELDS,
    })
    .refine(({ image, rootfs }) => (image === undefined) !== (rootfs === undefined), {
      path: ["image"],
      message: "must name the root image",
    }),
  output: snapshotInfoSchema,
  async run({ image, rootfs, warm, ...args }, { session, signal, onProgress }) {
    const request = {
      tag: args.tag,
      image: image ?? rootfs ?? "",
      memoryMib: args.memory_mib,
      vcpus: args.vcpus,
      warm,
      ready: args.ready,
      env: args.env,
      timeoutSecs: args.timeout_secs,
    };
    const snapshot = await session.forkd.snapshots.create(request, { signal, onProgress });
    return { data: toWire(snapshot), text: describeSnapshot(snapshot) };
  },
});
