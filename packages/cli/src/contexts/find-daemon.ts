import { readEnvironment } from "@forkd/sdk";
import type { ForkdEnvironment } from "@forkd/sdk";
import { chosenContext, contextsPath, hasChosenSocket } from "../environment.ts";
import { printNote } from "../output/print.ts";
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
  /** Null: none is sent. */
  readonly token: string | null;
  readonly decidedBy: string;
  /** What told the token. */
  readonly tokenFrom: string;
}

type Token = Pick<DaemonPlace, "token" | "tokenFrom">;

const NO_TOKEN: Token = { token: null, tokenFrom: "default" };

/**
 * The daemon that is meant: by an option, `FORKD_URL`, `FORKD_SOCKET`, `FORKD_CONTEXT`, the context in use, or else the
 * user's own. A context's token goes to its daemon alone, and that of the environment to no other than the environment
 * names.
 */
export function findDaemon(choice: DaemonChoice): DaemonPlace {
  const place = findPlace(choice, readEnvironment());
  const { daemonToken } = choice;
  return daemonToken === undefined ? place : { ...place, token: daemonToken, tokenFrom: "--daemon-token" };
}

function findPlace({ url, daemonUrl, daemon }: DaemonChoice, environment: ForkdEnvironment): DaemonPlace {
  const token = tokenOf(environment.token, "FORKD_TOKEN");
  const given = url ?? daemonUrl;
  if (given !== undefined) {
    const isOther = environment.url !== undefined && environment.url !== given;
    const decidedBy = url === undefined ? "--daemon-url" : "--url";
    return { url: given, ...(isOther ? NO_TOKEN : token), decidedBy };
  }
  const local = { url: `unix:${environment.socketPath}`, ...token };
  const ofContext = (name: string, by: string): DaemonPlace => {
    const decidedBy = `${by} (${name})`;
    return name === DEFAULT_CONTEXT ? { ...local, decidedBy } : { ...placeOf(name), decidedBy };
  };
  if (daemon !== undefined) return ofContext(daemon, "--daemon");
  if (environment.url !== undefined) return { url: environment.url, ...token, decidedBy: "FORKD_URL" };
  if (hasChosenSocket()) return { ...local, decidedBy: "FORKD_SOCKET" };
  const { name, by } = chosenContext() ?? { name: readContexts().current, by: "the context in use" };
  return name === undefined ? { ...local, decidedBy: "default" } : ofContext(name, by);
}

function placeOf(name: string): Omit<DaemonPlace, "decidedBy"> {
  const contexts = readContexts();
  const { url, token } = requireContext(contexts, name);
  if (token !== undefined && contexts.isShared)
    printNote(`note: others can read the tokens in ${contextsPath()}: chmod 600 it`);
  return { url, ...tokenOf(token, "the context") };
}

function tokenOf(token: string | undefined, tokenFrom: string): Token {
  return token === undefined ? NO_TOKEN : { token, tokenFrom };
}
