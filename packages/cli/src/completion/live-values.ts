import { isForkdApiError } from "@forkd/sdk";
import type { Forkd } from "@forkd/sdk";
import { isCliError } from "../cli-error.ts";
import { findDaemon } from "../contexts/find-daemon.ts";
import type { DaemonChoice } from "../contexts/find-daemon.ts";
import { readContexts } from "../contexts/context-file.ts";
import { listRecipes } from "../recipes/load-recipe.ts";
import { createClient } from "../session.ts";

/** A shell waits for us at every press of Tab. */
const TIMEOUT_MS = 1000;

/** Values of an argument or option from the daemon, which is never started for this. */
export async function liveValues(name: string, choice: DaemonChoice): Promise<string[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    await using forkd = createClient(findDaemon(choice));
    return await valuesOf(name, forkd, signal);
  } catch (error) {
    // A daemon that is down, slow or not known has nothing to offer; a message would land in the middle of a command line.
    if (isForkdApiError(error) || isCliError(error) || signal.aborted) return [];
    throw error;
  }
}

async function valuesOf(name: string, forkd: Forkd, signal: AbortSignal): Promise<string[]> {
  switch (name) {
    case "id":
    case "source":
    case "destination": {
      const suffix = name === "id" ? "" : ":";
      const sandboxes = await forkd.sandboxes.list({ signal });
      return sandboxes
        .flatMap(({ id, name }) => (name === null ? [id] : [id, name]))
        .map((one) => `${one}${suffix}`);
    }
    case "tag":
      return (await forkd.snapshots.list({ signal })).map(({ tag }) => tag);
    case "job":
      return (await forkd.jobs.list({ signal }))
        .filter(({ status }) => status === "running")
        .map(({ id }) => id);
    case "image":
      return (await forkd.images.list({ signal })).flatMap(({ names }) => names);
    case "context":
      return [...readContexts().byName.keys()];
    case "name|dir":
      return await listRecipes();
    default:
      return [];
  }
}
