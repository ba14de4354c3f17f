import { checkFork } from "@forkd/contract/schemas";
import { z } from "zod";
import { defineTool } from "../../tool.ts";
import { FORK_FIELDS, forkOutput, replyWithSandboxes, sandboxField, toForkOptions } from "./fork-fields.ts";

export const forkSandbox = defineTool({
  name: "fork_sandbox",
  title: "Fork a running sandbox",
  description:
    "Fork n copies of a running sandbox as it is right now: its memory, files and running programs. The original runs on. " +
    "Use it to try several ways from one point; to come back to a point later, use branch_sandbox.",
  effect: "makes",
  input: z.strictObject({ id: sandboxField, ...FORK_FIELDS }).superRefine(checkFork),
  output: forkOutput,
  async run({ id, ...args }, call) {
    return replyWithSandboxes(
      await call.session.forkd.sandboxes.at(id).fork(toForkOptions(args, call)),
      call,
    );
  },
});
