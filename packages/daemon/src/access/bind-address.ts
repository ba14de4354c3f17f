import { isIP, isIPv4 } from "node:net";

/** Where to listen by TCP. */
export interface BindAddress {
  readonly host: string;
  readonly port: number;
}

const BIND = /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i;

/** `HOST:PORT`, with an address of IPv6 in brackets. Undefined for anything else. */
export function parseBindAddress(text: string): BindAddress | undefined {
  const [, v6, name, digits] = BIND.exec(text) ?? [];
  const host = v6 ?? name;
  const port = Number(digits);
  if (host === undefined || port > 65_535 || (v6 !== undefined && isIP(v6) !== 6)) return undefined;
  return { host, port };
}

/** Whether nobody outside of this host can reach it. */
export function isLoopback({ host }: BindAddress): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}
