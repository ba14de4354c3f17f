import { isForkdError } from "@forkd/contract";
import type { GuestFile, Operations } from "@forkd/core";
import type { EnvdCall } from "../envd-call.ts";

/** What is at a path; undefined where nothing is, or nothing can be looked at. */
export async function findFile(
  { getFileInfo }: Pick<Operations, "getFileInfo">,
  { caller, id, signal }: EnvdCall,
  order: { readonly path: string; readonly follow: boolean },
): Promise<GuestFile | undefined> {
  try {
    return await getFileInfo(caller, { id, order }, { signal });
  } catch (error) {
    if (isForkdError(error) && ["guest_file_not_found", "guest_refused"].includes(error.code))
      return undefined;
    throw error;
  }
}
