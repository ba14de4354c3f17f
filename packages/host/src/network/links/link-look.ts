import { stat } from "node:fs/promises";
import { ForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { unlessMissing } from "@forkd/posix";
import { namespacePath } from "../host-commands.ts";
import { requireProgram } from "../../process/find-program.ts";
import { runCommand } from "../../process/run-command.ts";
import { LINK, findMember } from "./link-plan.ts";
import type { MemberPlan } from "./link-plan.ts";

interface Link {
  readonly ifname?: string;
  readonly addr_info?: readonly { readonly local?: string }[];
}

/** The links of members in a group's namespace, those of machines that nobody has adopted too. Throws `network_failed`. */
export async function listMembers(hub: string, options: CallOptions): Promise<MemberPlan[]> {
  const links = await look(hub, ["link", "show"], options);
  return links.flatMap(({ ifname = "" }) => findMember(ifname) ?? []);
}

/** What the namespace of a sandbox is to its group, if it is linked. Throws `network_failed`. */
export async function findMembership(netns: string, options: CallOptions): Promise<MemberPlan | undefined> {
  const links = await look(netns, ["-4", "address", "show"], options);
  const link = links.find(({ ifname }) => ifname === LINK);
  return link?.addr_info?.flatMap(({ local = "" }) => findMember(local) ?? [])[0];
}

/** Whether there is one of this name; a file alone is what was left of one that was being made. */
export async function isNamespace(name: string): Promise<boolean> {
  const [found, own] = await Promise.all([
    unlessMissing(stat(namespacePath(name))),
    stat("/proc/self/ns/net"),
  ]);
  return found?.dev === own.dev;
}

async function look(netns: string, words: readonly string[], { signal }: CallOptions): Promise<Link[]> {
  const ip = await requireProgram("ip", "iproute2");
  const args = ["-json", "-n", netns, ...words];
  const { ok, stdout, ended, tail } = await runCommand(ip, args, { signal });
  if (ok) return JSON.parse(stdout || "[]") as Link[];
  const command = [ip, ...args].join(" ");
  throw new ForkdError("network_failed", { command, why: [ended, ...tail].join(": ") });
}
