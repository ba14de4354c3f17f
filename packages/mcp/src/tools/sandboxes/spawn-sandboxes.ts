import { checkFork, tagSchema } from "@forkd/contract/schemas";
import { z } from "zod";
import { defineTool } from "../../tool.ts";
import { FORK_FIELDS, forkOutput, replyWithSandboxes, toForkOptions } from "./fork-fields.ts";

export const spawnSandboxes = defineTool({
  name: "spawn_sandboxes",
  title: "Fork sandboxes from a snapshot",
  description:
    "Fork n sandboxes from a snapshot. Each is a machine of its own that begins with everything that was warm in the " +
    "snapshot, and takes tens of milliseconds. They live until kill_sandbox, or their ttl_secs.",
  effect: "makes",
  input: z.strictObject({ snapshot_tag: tagSchema, ...FORK_FIELDS }).superRefine(checkFork),
  output: forkOutput,
  async run({ snapshot_tag: tag, ...args }, call) {
    return replyWithSandboxes(await call.session.forkd.sandboxes.fork(tag, toForkOptions(args, call)), call);
  },
});
