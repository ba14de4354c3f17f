import type { Sandbox } from "@forkd/sdk";
import { usageError } from "../../cli-error.ts";
import { parsePlace } from "../../copy/place.ts";
import type { Session } from "../../session.ts";

/** A path in a sandbox. */
export interface GuestPlace {
  readonly sandbox: Sandbox;
  readonly path: string;
}

/** What `ID:/path` or `NAME:/path` means. */
export async function findPlace(text: string, { find }: Session): Promise<GuestPlace> {
  const place = parsePlace(text);
  if (place.kind !== "guest")
    throw usageError(`${text} is no place in a sandbox`, "say which sandbox, and where: ID:/root/file");
  return { sandbox: await find(place.id), path: place.path };
}
