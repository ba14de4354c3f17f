import type { ForkdApiError } from "@forkd/sdk";

/** What the exit status of `forkd` says. A guest command's own status is passed on as it is. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  hostLacks: 5,
  timedOut: 124,
  commandNotFound: 127,
  interrupted: 130,
} as const;

/** Statuses of HTTP that say more than "failure". */
const BY_STATUS: Readonly<Record<number, number>> = {
  400: EXIT.usage,
  404: EXIT.notFound,
  409: EXIT.conflict,
  429: EXIT.conflict,
  499: EXIT.interrupted,
  503: EXIT.hostLacks,
  504: EXIT.timedOut,
  507: EXIT.hostLacks,
};

/** Codes whose class is not that of their status. */
const BY_CODE: Readonly<Record<string, number>> = {
  command_not_found: EXIT.commandNotFound,
  memory_limit_unavailable: EXIT.hostLacks,
  limit_unavailable: EXIT.hostLacks,
  interpreter_unavailable: EXIT.notFound,
  shutting_down: EXIT.conflict,
  branch_busy: EXIT.conflict,
  never_ready: EXIT.timedOut,
};

/** The exit status for an error of the daemon: from its class, not from its text. */
export function exitCodeOf({ code, status }: Pick<ForkdApiError, "code" | "status">): number {
  return BY_CODE[code] ?? BY_STATUS[status] ?? EXIT.failure;
}
