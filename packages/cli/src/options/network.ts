import { Option } from "@commander-js/extra-typings";
import type { NetworkInfo } from "@forkd/sdk";
import { parseEgress } from "../parse/egress.ts";
import { parsePublish } from "../parse/port.ts";

export const publishOption = () =>
  new Option(
    "-p, --publish <[hostport:]port>",
    "a port that is one of the host's loopback, too, for as long as the sandbox lives; may be repeated",
  ).argParser(parsePublish);

export const networkOption = () =>
  new Option(
    "--network <mode>",
    "none, user (needs no root), or netns: a network namespace of its own (default: none)",
  ).choices(["none", "user", "netns"] as const);

export const egressOption = () =>
  new Option(
    "--egress <what>",
    "what it may reach: deny, allow (what is public), or networks, addresses and names such as *.example.com, with commas (default: deny)",
  ).argParser(parseEgress);

export const perChildNetnsOption = () => new Option("--per-child-netns", "the same as --network netns");

export const linkOption = () =>
  new Option(
    "--link <group>",
    "a group of sandboxes that reach each other, by their names too; of --network netns",
  );

/** The options as a request has them. */
export function networkOf({ network: mode, egress, link }: NetworkOptions): {
  network?: Partial<NetworkInfo>;
} {
  if ([mode, egress, link].every((option) => option === undefined)) return {};
  return { network: { ...(mode && { mode }), ...(egress && { egress }), ...(link && { link }) } };
}

interface NetworkOptions {
  readonly network?: NetworkInfo["mode"] | undefined;
  readonly egress?: NetworkInfo["egress"] | undefined;
  readonly link?: string | undefined;
}
