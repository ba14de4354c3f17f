import { readEnvironment } from "@forkd/sdk";
import { chosenContext, hasChosenSocket } from "../environment.ts";
import { DEFAULT_CONTEXT } from "../parse/context-name.ts";
import { readContexts, requireContext } from "./context-file.ts";

/** Which daemon is meant, as the command line says. */
export interface DaemonChoice {
  readonly url?: string | undefined;
  readonly daemonUrl?: string | undefined;
  readonly daemonToken?: string | undefined;
  /** The name of a context. */
  readonly daemon?: string | undefined;
}

/** Where a daemon is, and by what that was decided. */
export interface DaemonPlace {
  readonly url: string;
  readonly token: string | undefined;
  readonly decidedBy: string;
}

/**
 * The daemon that is meant: by an option, `FORKD_URL`, `FORKD_SOCKET`, `FORKD_CONTEXT`, the context in use, or else the
 * user's own. A context's token goes to its daemon alone.
 */
export function findDaemon({ url, daemonUrl, daemonToken, daemon }: DaemonChoice): DaemonPlace {
  const environment = readEnvironment();
  const given = url ?? daemonUrl;
  const token = daemonToken ?? environment.token;
  if (given !== undefined) return { url: given, token, decidedBy: "--url" };
  const local = { url: `unix:${environment.socketPath}`, token };
  const ofContext = (name: string, by: string): DaemonPlace => {
    if (name === DEFAULT_CONTEXT) return { ...local, decidedBy: `${by} (${name})` };
    const context = requireContext(readContexts(), name);
    return { url: context.url, token: daemonToken ?? context.token, decidedBy: `${by} (${name})` };
  };
  if (daemon !== undefined) return ofContext(daemon, "--daemon");
  if (environment.url !== undefined) return { url: environment.url, token, decidedBy: "FORKD_URL" };
  if (hasChosenSocket()) return { ...local, decidedBy: "FORKD_SOCKET" };
  const { name, by } = chosenContext() ?? { name: readContexts().current, by: "the context in use" };
  return name === undefined ? { ...local, decidedBy: "default" } : ofContext(name, by);
}
