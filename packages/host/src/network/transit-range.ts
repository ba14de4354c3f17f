import { ForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { requireProgram } from "../process/find-program.ts";
import { runCommand } from "../process/run-command.ts";
import { HOST_LINK_PREFIX, TRANSIT_PREFIX } from "./address-plan.ts";
import { formatRange, overlapsRange, parseRange } from "./address-range.ts";
import type { AddressRange } from "./address-range.ts";

/** Where nothing is configured, the first of these that the host does not use. */
const CANDIDATES = ["10.43.0.0/16", "10.143.0.0/16", "10.243.0.0/16", "172.29.0.0/16"];

interface Route {
  readonly dst: string;
  readonly dev?: string | undefined;
}

/**
 * The range that addresses of namespaces are taken of: the one that is configured, or one that is free. Throws
 * `requirement_missing` where the host uses it.
 */
export async function chooseTransit(
  configured: string | undefined,
  options: CallOptions,
): Promise<AddressRange> {
  const routes = await listRoutes(options);
  const candidates = configured === undefined ? CANDIDATES : [configured];
  const uses = candidates.map((text) => ({ text, use: findUse(parseRange(text), routes) }));
  const free = uses.find(({ use }) => use === undefined);
  if (free) return parseRange(free.text);
  throw new ForkdError("requirement_missing", {
    requirement: "a range of addresses for network namespaces",
    why: uses.map(({ text, use }) => `${text} is used by ${use?.dev ?? use?.dst}`).join(", "),
    mend: `set FORKD_NETNS_RANGE to a network that is free, such as 10.99.0.0/${TRANSIT_PREFIX}`,
  });
}

/** The route of somebody else that leads into the range, if any. */
export function findUse(range: AddressRange, routes: readonly Route[]): Route | undefined {
  return routes.find(({ dst, dev = "" }) => {
    if (dst === "default" || dev.startsWith(HOST_LINK_PREFIX)) return false;
    const route = parseRange(dst);
    return route.prefix > 0 && overlapsRange(route, range);
  });
}

async function listRoutes({ signal }: CallOptions): Promise<Route[]> {
  const ip = await requireProgram("ip", "iproute2");
  const { ok, stdout, ended, tail } = await runCommand(ip, ["-json", "-4", "route"], { signal });
  if (ok) return JSON.parse(stdout || "[]") as Route[];
  throw new ForkdError("network_failed", { command: `${ip} route`, why: [ended, ...tail].join(": ") });
}

/** The form of a configured range. */
export function isTransit(text: string): boolean {
  return (
    new RegExp(`^(10|172|192)\\.\\d{1,3}\\.0\\.0/${TRANSIT_PREFIX}$`).test(text) &&
    formatRange(parseRange(text)) === text
  );
}
