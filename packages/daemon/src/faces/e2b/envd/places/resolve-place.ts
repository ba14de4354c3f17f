import { posix } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { Operations } from "@forkd/core";
import type { EnvdCall } from "../envd-call.ts";
import { GUEST_REFUSALS } from "../../refusals/guest-refusals.ts";
import { refusal } from "../../refusals/refusal.ts";
import { homeOf } from "./home-of.ts";

const ROOT = "root";

/**
 * The absolute path that a client means: what is relative or begins with `~` is below its user's home. A user who is named
 * must be there. Throws `invalid_request`, `unsupported_option`,
 * `guest_refused`.
 */
export async function resolvePlace(
  operations: Pick<Operations, "readFile">,
  call: EnvdCall,
  path: string,
): Promise<string> {
  const { user = ROOT } = call;
  if (path.includes("\0")) throw refuse("has a NUL");
  const isAbsolute = posix.isAbsolute(path);
  if (isAbsolute && user === ROOT) return posix.resolve(path);
  const home = await homeOf(operations, call, user);
  return posix.resolve(home, isAbsolute ? path : fromHome(path));
}

function fromHome(path: string): string {
  if (!path.startsWith("~")) return path;
  if (path !== "~" && !path.startsWith("~/")) throw refusal(GUEST_REFUSALS["other homes"], path.slice(0, 64));
  return `.${path.slice(1)}`;
}

function refuse(message: string): ForkdError {
  return new ForkdError("invalid_request", { issues: [{ path: "path", message }] });
}
