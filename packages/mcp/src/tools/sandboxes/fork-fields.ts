import { forkFields, sandboxInfoSchema, sandboxReferenceSchema } from "@forkd/contract/schemas";
import { fromWire, toWire } from "@forkd/sdk";
import type { ForkOptions, Sandbox } from "@forkd/sdk";
import { z } from "zod";
import { describeSandbox } from "../../results/describe-sandbox.ts";
import { listLines } from "../../results/list-lines.ts";
import type { Call, Reply } from "../../tool.ts";

const { wait: _wait, hugepages: _hugepages, ...fields } = forkFields;

/** A sandbox, in the field that most tools call `id`. */
export const sandboxField = sandboxReferenceSchema.meta({ description: "The sandbox's id, or its name." });

/** What is asked of any fork. */
export const FORK_FIELDS = fields;
export const forkOutput = z.object({ sandboxes: z.array(sandboxInfoSchema) });

type ForkArguments = z.output<z.ZodObject<typeof FORK_FIELDS>>;

/** What a fork asks of the daemon, with the label of the session that makes the children. */
export function toForkOptions(args: ForkArguments, { session, signal, onProgress }: Call): ForkOptions {
  const asked = fromWire(args) as ForkOptions;
  return { ...asked, labels: session.label(args.labels), signal, onProgress };
}

/** The children of a fork, as data and for a reader. */
export function replyWithSandboxes(
  sandboxes: readonly Sandbox[],
  { session }: Call,
  none = "there are no sandboxes",
): Reply<z.input<typeof forkOutput>> {
  const infos = sandboxes.map(({ info }) => info);
  const text = listLines(
    infos.map((info) => describeSandbox(info, session)),
    none,
  );
  return { data: { sandboxes: toWire(infos) }, text };
}
