import { Option } from "@commander-js/extra-typings";
import type { Command, OptionValues } from "@commander-js/extra-typings";
import type { NetworkInfo } from "@forkd/sdk";
import { parseEgress } from "../parse/egress.ts";
import { parsePublish } from "../parse/port.ts";

const publishOption = () =>
  new Option(
    "-p, --publish <[hostport:]port>",
    "a port that is one of the host's loopback, too, for as long as the sandbox lives; may be repeated",
  ).argParser(parsePublish);

const networkOption = () =>
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

const linkOption = () =>
  new Option(
    "--link <group>",
    "a group of sandboxes that reach each other, by their names too; of --network netns",
  );

/** Adds those of a network and of what others reach by it. */
export function addNetworkOptions<
  Args extends unknown[],
  Options extends OptionValues,
  Globals extends OptionValues,
>(command: Command<Args, Options, Globals>) {
  return command
    .addOption(networkOption())
    .addOption(egressOption())
    .addOption(linkOption())
    .addOption(publishOption());
}

/** The network as a request has it, if any is told, and the other options. */
export function splitNetwork<Options extends NetworkOptions>({
  network: mode,
  egress,
  link,
  ...others
}: Options): Omit<Options, keyof NetworkOptions> & { readonly net: WantedNetwork } {
  const isTold = [mode, egress, link].some((option) => option !== undefined);
  const network = { ...(mode && { mode }), ...(egress && { egress }), ...(link && { link }) };
  return { ...others, net: isTold ? { network } : {} };
}

interface WantedNetwork {
  readonly network?: Partial<NetworkInfo>;
}

interface NetworkOptions {
  readonly network?: NetworkInfo["mode"] | undefined;
  readonly egress?: NetworkInfo["egress"] | undefined;
  readonly link?: string | undefined;
}
