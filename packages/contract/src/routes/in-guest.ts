import type { ErrorCode } from "../errors/catalogue.ts";

/** What any request to a guest may fail with. */
export const IN_GUEST: readonly ErrorCode[] = [
  "sandbox_not_found",
  "sandbox_dead",
  "sandbox_paused",
  "sandbox_suspended",
  "sandbox_unmanaged",
  "agent_unreachable",
  "agent_timeout",
  "agent_protocol",
];
