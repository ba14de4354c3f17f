import { createHash } from "node:crypto";
import { isIP } from "node:net";
import type { EgressPolicy } from "@forkd/core";

/** A policy by what it names. */
export interface SplitPolicy {
  /** Addresses and networks. */
  readonly ranges: readonly string[];
  /** Names of domains, such as `example.com` and `*.example.com`, in small letters, each once. */
  readonly names: readonly string[];
}

export function splitPolicy(policy: EgressPolicy): SplitPolicy {
  if (typeof policy === "string") return { ranges: [], names: [] };
  const isRange = (text: string): boolean => isIP(text.split("/")[0] ?? "") !== 0;
  const names = policy.filter((text) => !isRange(text)).map((text) => text.toLowerCase());
  return { ranges: policy.filter(isRange), names: [...new Set(names)] };
}

/** Those patterns that a name fits; `*.example.com` is fit by each name below, and not by `example.com`. */
export function matchName(patterns: readonly string[], name: string): string[] {
  const asked = name.toLowerCase();
  return patterns.filter((pattern) =>
    pattern.startsWith("*.") ? asked.endsWith(pattern.slice(1)) : asked === pattern,
  );
}

/** The mark of connections that a pattern allows: a number that is the same for each daemon, and not 0. */
export function markOf(pattern: string): number {
  return createHash("sha256").update(pattern).digest().readUInt32BE() || 1;
}
