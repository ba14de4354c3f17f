import { createReadStream } from "node:fs";
import { basename, posix, resolve } from "node:path";
import { act, renderShellCommand } from "@forkd/contract/hints";
import type { Sandbox } from "@forkd/sdk";
import { CliError, usageError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { packGuestDirectory } from "./guest-tar.ts";
import { packHostDirectory } from "./host-tar.ts";
import { describeMistake } from "./place.ts";
import { statInGuest, statOnHost } from "./stat.ts";
import type { Found, Source } from "./endpoints.ts";

/** A file or a directory of the host. A link that is named is followed; those inside of a directory stay links. */
export async function openHostSource(path: string): Promise<Source> {
  const found = await statOnHost(path);
  if (found === undefined) {
    throw new CliError("file_not_found", `there is no ${path} on the host`, {
      hint: describeMistake(path) || "name a file or a directory that is there",
      exitCode: EXIT.notFound,
    });
  }
  return describeSource(path, path, found, (signal) =>
    found.kind === "directory" ? packHostDirectory(path, signal) : createReadStream(path, { signal }),
  );
}

/** A file or a directory of a guest. */
export async function openGuestSource(sandbox: Sandbox, path: string, signal: AbortSignal): Promise<Source> {
  const text = `${sandbox.id}:${path}`;
  const found = await statInGuest(sandbox, path, signal);
  if (found === undefined) {
    const look = act("exec", { id: sandbox.id, args: ["ls", "-la", posix.dirname(path)] });
    throw new CliError("guest_file_not_found", `there is no ${text}`, {
      hint: `look with: ${renderShellCommand(look)}`,
      exitCode: EXIT.notFound,
    });
  }
  return describeSource(text, path, found, (signal) =>
    found.kind === "directory"
      ? packGuestDirectory(sandbox, path, signal)
      : readGuestFile(sandbox, path, signal),
  );
}

/** Standard input, as a file without a name. */
export function openInput(): Source {
  const mode = 0o644;
  const text = "standard input";
  const open: Source["open"] = (signal) => {
    // Whoever feeds it may never end it.
    signal.addEventListener("abort", () => process.stdin.destroy(), { once: true });
    return process.stdin;
  };
  return { text, kind: "file", name: "", mode, sizeBytes: undefined, open };
}

function describeSource(
  text: string,
  path: string,
  { kind, mode, sizeBytes }: Found,
  open: Source["open"],
): Source {
  if (kind === "special") {
    throw usageError(
      `${text} is neither a file nor a directory`,
      "what can be read can be piped: … | forkd cp - ID:/path",
    );
  }
  const isContent = /(?:^|\/)\.{1,2}\/?$/.test(path);
  const name = kind === "directory" && isContent ? "" : basename(resolve(path));
  return { text, kind, name, mode, sizeBytes: kind === "file" ? sizeBytes : undefined, open };
}

async function* readGuestFile(
  sandbox: Sandbox,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield* await sandbox.files.stream(path, { signal });
}
