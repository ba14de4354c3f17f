import { sandboxReferenceSchema } from "@forkd/contract/schemas";
import { ResourceNotFoundError } from "@modelcontextprotocol/server";

/** The sandbox that a URI names. Throws when it can be none's id or name. */
export function parseSandbox(variable: string | string[] | undefined): string {
  const parsed = sandboxReferenceSchema.safeParse(variable);
  if (!parsed.success) throw new ResourceNotFoundError(`forkd://sandboxes/${String(variable)}`);
  return parsed.data;
}
