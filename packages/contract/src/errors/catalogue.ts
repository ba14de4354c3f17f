import { ACCESS_ERRORS } from "./access.ts";
import { BRANCH_ERRORS } from "./branch.ts";
import { GUEST_ERRORS } from "./guest.ts";
import { HOST_ERRORS } from "./host.ts";
import { IMAGE_ERRORS } from "./image.ts";
import { PACK_ERRORS } from "./pack.ts";
import { PORT_ERRORS } from "./port.ts";
import { REQUEST_ERRORS } from "./request.ts";
import { SANDBOX_ERRORS } from "./sandbox.ts";
import { SNAPSHOT_ERRORS } from "./snapshot.ts";

/** Every error that forkd can give. A code is never reused for another meaning. */
export const ERRORS = {
  ...REQUEST_ERRORS,
  ...ACCESS_ERRORS,
  ...IMAGE_ERRORS,
  ...SNAPSHOT_ERRORS,
  ...SANDBOX_ERRORS,
  ...BRANCH_ERRORS,
  ...PACK_ERRORS,
  ...GUEST_ERRORS,
  ...PORT_ERRORS,
  ...HOST_ERRORS,
};

export type ErrorCode = keyof typeof ERRORS;
export type ErrorDetails<Code extends ErrorCode> = Parameters<(typeof ERRORS)[Code]["message"]>[0];
