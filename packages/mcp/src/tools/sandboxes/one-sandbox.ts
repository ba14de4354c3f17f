import { sandboxInfoSchema } from "@forkd/contract/schemas";
import { toWire } from "@forkd/sdk";
import type { CallOptions, Sandbox, SandboxInfo } from "@forkd/sdk";
import { z } from "zod";
import { describeSandbox } from "../../results/describe-sandbox.ts";
import { defineTool } from "../../tool.ts";
import type { Tool } from "../../tool.ts";
import { sandboxField } from "./fork-fields.ts";

const input = z.strictObject({ id: sandboxField });

type Words = Pick<Tool, "name" | "title" | "description" | "effect">;
type Work = (sandbox: Sandbox, options: CallOptions) => Promise<SandboxInfo>;

/** A tool that takes a sandbox, and answers how it is then. */
const ofOneSandbox = (words: Words, work: Work) =>
  defineTool({
    ...words,
    input,
    output: sandboxInfoSchema,
    async run({ id }, { session, signal }) {
      const info = await work(session.forkd.sandboxes.at(id), { signal });
      return { data: toWire(info), text: describeSandbox(info, session) };
    },
  });

export const getSandbox = ofOneSandbox(
  {
    name: "get_sandbox",
    title: "Show a sandbox",
    description:
      "Show all that is known of one sandbox; of a dead one also why it died, with its last console lines.",
    effect: "reads",
  },
  (sandbox, options) => sandbox.refresh(options),
);

export const pauseSandbox = ofOneSandbox(
  {
    name: "pause_sandbox",
    title: "Pause a sandbox",
    description: "Let a sandbox stand still until resume_sandbox. It keeps its memory, and takes no CPU.",
    effect: "settles",
  },
  (sandbox, options) => sandbox.pause(options),
);

export const suspendSandbox = ofOneSandbox(
  {
    name: "suspend_sandbox",
    title: "Suspend a sandbox to disk",
    description:
      "Put a sandbox on disk until resume_sandbox. It has no process and takes no memory then; what runs in it goes on later.",
    effect: "settles",
  },
  (sandbox, options) => sandbox.suspend(options),
);

export const resumeSandbox = ofOneSandbox(
  {
    name: "resume_sandbox",
    title: "Resume a sandbox",
    description: "Let a paused or suspended sandbox run again, with its clock set.",
    effect: "settles",
  },
  (sandbox, options) => sandbox.resume(options),
);
