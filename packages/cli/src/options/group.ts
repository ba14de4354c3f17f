import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { ForkOptions, GroupMember } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";

export type CalledMember = Pick<GroupMember, "name" | "snapshotTag">;

export const groupOption = () =>
  new Option(
    "--group <name=tag...>",
    "fork several snapshots, each called so, linked to each other by --link: all of them or none",
  )
    .argParser(parseMember)
    .conflicts(["tag", "from", "name"]);

function parseMember(text: string, earlier: readonly CalledMember[] = []): readonly CalledMember[] {
  const [name = "", snapshotTag = "", ...others] = text.split("=");
  if (name === "" || snapshotTag === "" || others.length > 0)
    throw new InvalidArgumentError("It must be NAME=TAG: what a member is called, and its snapshot.");
  return [...earlier, { name, snapshotTag }];
}

/** What is to be forked. Throws for a group without a name, and for a snapshot beside it. */
export function chooseGroup(
  members: readonly CalledMember[],
  link: string | undefined,
  tag: string | undefined,
): { readonly kind: "group"; readonly name: string; readonly members: readonly CalledMember[] } {
  if (tag !== undefined) throw usageError("a group names its snapshots itself", `--group NAME=${tag}`);
  if (link !== undefined) return { kind: "group", name: link, members };
  throw usageError("a group needs a name", "say one with --link: --link shop --group db=postgres web=py");
}

/** Its members, with what is said of all of them. Throws for what is not for members of a group. */
export function toMembers(members: readonly CalledMember[], options: ForkOptions): GroupMember[] {
  const { network, onFailure, wait: _wait, prewarm: _prewarm, hugepages: _hugepages, ...rest } = options;
  const { perChildNetns: _netns, signal: _signal, onProgress: _onProgress, name: _name, ...each } = rest;
  if ((network?.mode ?? "netns") !== "netns")
    throw usageError("members of a group have network namespaces", "leave --network away");
  if (onFailure === "keep")
    throw usageError("a group is forked as a whole or not at all", "leave --on-failure away");
  const egress = network?.egress;
  return members.map((member) => ({ ...each, ...member, ...(egress && { egress }) }));
}
