import { createHash } from "node:crypto";

/** The link of a sandbox's namespace to its group. It is the same in each, and its rules are there before it is. */
export const LINK = "forkd-link0";
/** The addresses of members. They are the same in each group, since none can meet another. */
export const LINK_RANGE = "10.42.1.0/24";
/** Where members send what is for others. */
export const HUB_4 = "10.42.1.254";
export const MAX_MEMBERS = 250;

const HUB_LINK_PREFIX = "forkd-m-";

/** What one member has: a number from 1 on, which is in its address. */
export interface MemberPlan {
  readonly member: number;
  readonly address: string;
  /** The group's end of the pair that leads there. */
  readonly hubLink: string;
}

export function planMember(member: number): MemberPlan {
  return { member, address: `10.42.1.${member}`, hubLink: `${HUB_LINK_PREFIX}${member}` };
}

/** All that a group may have. */
export const MEMBERS: readonly MemberPlan[] = Array.from({ length: MAX_MEMBERS }, (_, index) =>
  planMember(index + 1),
);

/** The member that has this address, or this link. */
export function findMember(text: string): MemberPlan | undefined {
  return MEMBERS.find(({ address, hubLink }) => address === text || hubLink === text);
}

/**
 * The first that is free, from one on that is the sandbox's own: so that it has the same address again after it was
 * suspended, unless another has it meanwhile.
 */
export function chooseMember(sandboxId: string, taken: ReadonlySet<number>): MemberPlan | undefined {
  const first = createHash("sha256").update(sandboxId).digest().readUInt32BE() % MAX_MEMBERS;
  const inTurn = [...MEMBERS.slice(first), ...MEMBERS.slice(0, first)];
  return inTurn.find(({ member }) => !taken.has(member));
}
