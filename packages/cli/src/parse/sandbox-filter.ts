import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { ListOptions } from "@forkd/sdk";

/** Which sandboxes are listed, as the daemon is asked. */
export type SandboxFilter = Omit<ListOptions, "signal">;

const FIELDS = ["status", "label", "name", "tag"] as const;

/** Adds `FIELD=VALUE` to what earlier options of the same name gave. A label may be told again, all else once. */
export function parseFilter(text: string, earlier: SandboxFilter = {}): SandboxFilter {
  const field = FIELDS.find((name) => text.startsWith(`${name}=`));
  if (field === undefined) throw new InvalidArgumentError(`It must be one of ${FIELDS.join("=, ")}=.`);
  const value = text.slice(field.length + 1);
  if (field === "label") return { ...earlier, label: [...[earlier.label ?? []].flat(), value] };
  if (earlier[field] !== undefined && earlier[field] !== value)
    throw new InvalidArgumentError(`No sandbox has two values of ${field}.`);
  return { ...earlier, [field]: value };
}
