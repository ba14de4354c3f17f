import type { Forkd } from "@forkd/sdk";
import { rootCauseOf } from "@forkd/contract/root-cause";
import { CliError } from "../cli-error.ts";
import { INSTALLATION } from "../environment.ts";

const ASK_MS = 2000;

/**
 * What a failure is to be told as: a field that is not there comes of a daemon of another version more often than of a
 * defect.
 */
export async function explainDefect(error: unknown, forkd: Forkd): Promise<unknown> {
  const cause = rootCauseOf(error);
  if (!(cause instanceof TypeError)) return error;
  const { version } = INSTALLATION;
  const asked = forkd.version({ signal: AbortSignal.timeout(ASK_MS) });
  const found = await asked.then(
    (daemon) => daemon.version,
    () => version,
  );
  if (found === version) return error;
  const message = `the daemon is of version ${found}, and this command line of ${version} did not understand its answer`;
  return new CliError("version_differs", message, {
    hint: "forkd stop: its sandboxes live on, and the next verb starts a daemon of this version",
    cause,
  });
}
