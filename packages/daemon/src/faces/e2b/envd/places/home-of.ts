import type { Readable } from "node:stream";
import { ForkdError } from "@forkd/contract";
import type { Operations } from "@forkd/core";
import type { EnvdCall } from "../envd-call.ts";

const ACCOUNTS = "/etc/passwd";
const MAX_ACCOUNTS_BYTES = 1024 * 1024;

/** Where a user of the guest is at home. Throws `guest_refused` when there is no such user. */
export async function homeOf(
  operations: Pick<Operations, "readFile">,
  { caller, id, signal }: Omit<EnvdCall, "user">,
  user: string,
): Promise<string> {
  const content = await operations.readFile(caller, { id, path: ACCOUNTS, range: undefined }, { signal });
  const home = findHome(await readText(content), user);
  if (home !== undefined) return home;
  const why = `there is no user ${user}`;
  throw new ForkdError("guest_refused", { request: `GET ${ACCOUNTS}`, code: "bad_request", why });
}

/** As passwd(5) has it. */
function findHome(accounts: string, user: string): string | undefined {
  for (const line of accounts.split("\n")) {
    const [name, , , , , home = ""] = line.split(":");
    if (name === user) return home.startsWith("/") ? home : "/";
  }
  return undefined;
}

async function readText(content: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_ACCOUNTS_BYTES) chunks.push(chunk);
    else throw tooMany();
  }
  return Buffer.concat(chunks).toString();
}

function tooMany(): ForkdError {
  const why = `it is over ${MAX_ACCOUNTS_BYTES} bytes`;
  return new ForkdError("guest_refused", { request: `GET ${ACCOUNTS}`, code: "too_large", why });
}
