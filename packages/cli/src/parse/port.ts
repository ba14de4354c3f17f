import { InvalidArgumentError } from "@commander-js/extra-typings";

/** A port of a sandbox, and where it is to be on this machine. */
export interface ForwardSpec {
  /** 0: any that is free. `same`: the same, unless it is taken. */
  readonly local: number | "same";
  readonly port: number;
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

function parseLocal(local: string | undefined): ForwardSpec["local"] {
  if (local === undefined) return "same";
  return local === "" || local === "0" ? 0 : parsePort(local);
}
