import { egressSchema } from "@forkd/contract";
import type { SandboxInfo } from "@forkd/contract";
import { z } from "zod";
import { ALL, NETWORK_REFUSALS } from "../refusals/network-refusals.ts";
import { refuseFields } from "../refusals/refuse-fields.ts";
import { describeRefusal, refusal } from "../refusals/refusal.ts";

type Network = SandboxInfo["network"];

const destinations = z.array(z.string().max(512)).max(256).nullish();

const ROWS = NETWORK_REFUSALS;

export const networkBody = z.object({
  /** Whether who knows the host name of a port may ask it. */
  allowPublicTraffic: z.boolean().nullish(),
  allowOut: destinations,
  denyOut: destinations,
  ...refuseFields({
    rules: ROWS["network.rules"],
    egressProxy: ROWS["network.egressProxy"],
    maskRequestHost: ROWS["network.maskRequestHost"],
    httpsPorts: ROWS["network.httpsPorts"],
    dnsServers: ROWS["network.dnsServers"],
  }),
});
export const networkUpdateBody = networkBody.extend({
  allow_internet_access: z.boolean().nullish(),
  allowPublicTraffic: z
    .unknown()
    .optional()
    .refine(
      (value) => value === undefined || value === null,
      describeRefusal(ROWS["network: allowPublicTraffic"]),
    ),
});

interface Wanted {
  readonly allow_internet_access?: boolean | null | undefined;
  readonly network?: z.output<typeof networkBody> | null | undefined;
}

/** The network of a new sandbox. One whose client asks for nothing has none. */
export function toNetwork({ allow_internet_access: internet, network }: Wanted): Network {
  const isAsked = internet === true || asksForNetwork(network ?? {});
  if (!isAsked) return { mode: "none", egress: "deny", link: null };
  const mode = process.getuid?.() === 0 ? "netns" : "user";
  return { mode, egress: toEgress({ ...network, allow_internet_access: internet }), link: null };
}

function asksForNetwork({ allowOut, denyOut }: z.output<typeof networkBody>): boolean {
  return (allowOut ?? []).length > 0 || (denyOut ?? []).length > 0;
}

/**
 * What may be reached. With E2B all that is not denied may, and what is allowed counts before what is denied; so a list
 * of what is allowed says something only where all else is denied. Throws `unsupported_option`.
 */
export function toEgress({
  allowOut,
  denyOut,
  allow_internet_access: internet,
}: Omit<z.output<typeof networkUpdateBody>, "allowPublicTraffic">): Network["egress"] {
  const denied = denyOut ?? [];
  const allowed = allowOut ?? [];
  const isAllDenied = internet === false || denied.includes(ALL);
  if (!isAllDenied && denied.length > 0) throw refusal(ROWS["network.denyOut"]);
  if (allowed.includes(ALL)) return "allow";
  if (allowed.length === 0) return isAllDenied ? "deny" : "allow";
  if (!isAllDenied) throw refusal(ROWS["network.allowOut"]);
  const egress = egressSchema.safeParse(allowed);
  if (egress.success) return egress.data;
  throw refusal(ROWS["network.allowOut: entries"]);
}

/** What was asked for, as E2B's clients write it: they can give it back. */
export function describeNetwork({ egress }: Network): {
  readonly allowOut: readonly string[];
  readonly denyOut: readonly string[];
} {
  return { allowOut: typeof egress === "string" ? [] : egress, denyOut: egress === "allow" ? [] : [ALL] };
}
