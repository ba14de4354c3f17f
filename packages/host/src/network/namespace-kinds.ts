import { MAX_NAMESPACES } from "./address-plan.ts";

/** What a namespace of ours is for, by how its name begins. */
export interface NamespaceKind {
  readonly prefix: string;
  /** How many this host has at most; they are numbered from 1 on. */
  readonly most: number;
  readonly what: string;
}

/** Each of one machine. */
export const CHILD_KIND: NamespaceKind = {
  prefix: "forkd-child-",
  most: MAX_NAMESPACES,
  what: "network namespace",
};
/** Each of a group of machines that reach each other. */
export const GROUP_KIND: NamespaceKind = {
  prefix: "forkd-group-",
  most: 4096,
  what: "network namespace for a group",
};

export function nameOfIndex({ prefix }: NamespaceKind, index: number): string {
  return `${prefix}${index}`;
}

/** The index in the name of a namespace of this kind, or undefined. */
export function indexOfName({ prefix, most }: NamespaceKind, name: string): number | undefined {
  const digits = name.startsWith(prefix) ? name.slice(prefix.length) : "";
  const index = /^[1-9]\d{0,4}$/.test(digits) ? Number(digits) : NaN;
  return index <= most ? index : undefined;
}
