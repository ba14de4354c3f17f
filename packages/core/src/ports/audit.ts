import type { AuditEntry } from "@forkd/contract";

/** What a line of the audit says, beside its place in the chain. */
export type AuditFacts = Omit<AuditEntry, "seq" | "at_unix_ms" | "prev">;

/** Keeps account of who asks for what. */
export interface AuditTrail {
  /** Gives the place of the line, which is in its file then. Throws `audit_failed`. */
  record(facts: AuditFacts): number;
}
