import { InvalidArgumentError } from "@commander-js/extra-typings";
import { parseAddress, parsePort } from "./port.ts";

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** `[host:]port`; this machine alone unless a host is told. An IPv6 address stands in brackets. */
export function parseListenAddress(text: string): ListenAddress {
  const [, bracketed, plain, port] = /^(?:(?:\[([^\]]*)\]|([^:[\]]*)):)?(\d+)$/.exec(text) ?? [];
  if (port === undefined) throw new InvalidArgumentError("It must be [HOST:]PORT, such as 127.0.0.1:8890.");
  return { host: parseAddress(bracketed ?? plain ?? "127.0.0.1"), port: port === "0" ? 0 : parsePort(port) };
}
