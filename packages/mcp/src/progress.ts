import type { ServerContext } from "@modelcontextprotocol/server";
import type { Progress } from "@forkd/sdk";

/** Tells the client of progress, if it wants to hear of it. While it takes one in, others are left out. */
export function tellProgress({ mcpReq }: ServerContext): (progress: Progress) => void {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => {};
  let count = 0;
  let isTelling = false;
  return (progress) => {
    if (isTelling) return;
    isTelling = true;
    count += 1;
    const params = { progressToken, progress: count, message: describe(progress) };
    mcpReq
      .notify({ method: "notifications/progress", params })
      // A client that is gone ends the call itself.
      .catch(() => {})
      .finally(() => {
        isTelling = false;
      });
  };
}

function describe({ message, done, total }: Progress): string {
  return total === undefined ? message : `${message} (${done ?? 0} of ${total})`;
}
