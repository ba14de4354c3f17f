import type { CompleteResourceTemplateCallback } from "@modelcontextprotocol/server";
import type { Session } from "../session.ts";

/** The ids and the names of sandboxes that begin as what was typed does. */
export function completeSandbox(session: Session): CompleteResourceTemplateCallback {
  return async (typed) => {
    const sandboxes = await session.forkd.sandboxes.list();
    const references = sandboxes.flatMap(({ id, info }) => (info.name === null ? [id] : [info.name, id]));
    return references.filter((reference) => reference.startsWith(typed));
  };
}
