import { InvalidArgumentError } from "@commander-js/extra-typings";

/** A port of a sandbox, and where it is to be on this machine. */
export interface ForwardSpec {
  /** 0: any that is free. `same`: the same, unless it is taken. */
  readonly local: number | "same";
  readonly port: number;
}

/** A port of a sandbox that is to be one of the daemon's host, too; null: any that is free there. */
export interface PublishSpec {
  readonly port: number;
  readonly hostPort: number | null;
}

/** A TCP port's number. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    throw new InvalidArgumentError("It must be a port: a number from 1 to 65535.");
  return port;
}

/** Adds a port to what earlier options of the same name gave. */
export function collectPort(text: string, earlier: readonly number[] = []): readonly number[] {
  return [...earlier, parsePort(text)];
}

/** Where to listen. Nothing would be everywhere, and comes of a variable that is not set. */
export function parseAddress(text: string): string {
  if (text === "") throw new InvalidArgumentError("It must be an address, such as 127.0.0.1.");
  return text;
}

/** Adds `[LOCAL:]PORT` to what earlier arguments gave. */
export function parseForward(text: string, earlier: readonly ForwardSpec[] = []): readonly ForwardSpec[] {
  const [, local, port = ""] = /^(?:(\d*):)?([^:]*)$/.exec(text) ?? [];
  const spec = { local: parseLocal(local), port: parsePort(port) };
  return [...earlier, spec];
}

/** Adds `[HOSTPORT:]PORT` to what earlier options gave. */
export function parsePublish(text: string, earlier: readonly PublishSpec[] = []): readonly PublishSpec[] {
  const [, host, port = ""] = /^(?:(\d*):)?([^:]*)$/.exec(text) ?? [];
  const isAny = host === undefined || host === "" || host === "0";
  return [...earlier, { port: parsePort(port), hostPort: isAny ? null : parsePort(host) }];
}

function parseLocal(local: string | undefined): ForwardSpec["local"] {
  if (local === undefined) return "same";
  return local === "" || local === "0" ? 0 : parsePort(local);
}
