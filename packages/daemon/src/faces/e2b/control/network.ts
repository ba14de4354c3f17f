import { ForkdError, egressSchema } from "@forkd/contract";
import type { SandboxInfo } from "@forkd/contract";
import { z } from "zod";
import { refuse } from "./refuse-fields.ts";
import type { Promises } from "./refuse-fields.ts";

type Network = SandboxInfo["network"];

/** What E2B's clients mean by everything. */
const ALL = "0.0.0.0/0";

const destinations = z.array(z.string().max(512)).max(256).nullish();

/** What a network could be asked for. */
export const UNKEPT_OF_NETWORKS: Promises = {
  rules: {
    why: "nothing changes the requests of a guest on their way",
    instead: "pass what the program sends as envs",
  },
  egressProxy: { why: "there is no proxy in a guest's way", instead: "name the proxy in envs" },
  maskRequestHost: {
    why: "requests reach a guest's port with the Host that they were sent with",
    instead: "let the program take any Host",
  },
  httpsPorts: { why: "a guest's port is spoken to in plain HTTP", instead: "let the program speak that" },
  dnsServers: {
    why: "the daemon's host asks its own name servers",
    instead: "set FORKD_NAME_SERVERS for all",
  },
};

export const networkBody = z.object({
  /** Whether who knows the host name of a port may ask it. */
  allowPublicTraffic: z.boolean().nullish(),
  allowOut: destinations,
  denyOut: destinations,
  ...refuse(UNKEPT_OF_NETWORKS),
});
export const networkUpdateBody = networkBody.extend({ allow_internet_access: z.boolean().nullish() });

interface Wanted {
  readonly allow_internet_access?: boolean | null | undefined;
  readonly network?: z.output<typeof networkBody> | null | undefined;
}

/** The network of a new sandbox. One whose client asks for nothing has none. */
export function toNetwork({ allow_internet_access: internet, network }: Wanted): Network {
  const isAsked = internet === true || asksForNetwork(network ?? {});
  if (!isAsked) return { mode: "none", egress: "deny" };
  const mode = process.getuid?.() === 0 ? "netns" : "user";
  return { mode, egress: toEgress({ ...network, allow_internet_access: internet }) };
}

function asksForNetwork({ allowOut, denyOut }: z.output<typeof networkBody>): boolean {
  return (allowOut ?? []).length > 0 || (denyOut ?? []).length > 0;
}

/**
 * What may be reached. With E2B all that is not denied may, and what is allowed counts before what is denied; so a list
 * of what is allowed says something only where all else is denied.
 */
export function toEgress({
  allowOut,
  denyOut,
  allow_internet_access: internet,
}: z.output<typeof networkUpdateBody>): Network["egress"] {
  const denied = denyOut ?? [];
  const isAllDenied = internet === false || denied.includes(ALL);
  if (!isAllDenied && denied.length > 0)
    throw new ForkdError("unsupported_option", {
      option: "network.denyOut",
      why: "a list says what may be reached, and not what may not",
      instead: `deny ${ALL}, and name in allowOut what may be reached`,
    });
  const allowed = allowOut ?? [];
  if (!isAllDenied || allowed.includes(ALL)) return "allow";
  if (allowed.length === 0) return "deny";
  const egress = egressSchema.safeParse(allowed);
  if (egress.success) return egress.data;
  throw new ForkdError("unsupported_option", {
    option: "network.allowOut",
    why: "only addresses, networks such as 203.0.113.0/24 and names such as *.example.com can be allowed",
    instead: "name those",
  });
}
