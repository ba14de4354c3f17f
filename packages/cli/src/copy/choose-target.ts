import { posix } from "node:path";
import { CliError, usageError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { Found, Source } from "./endpoints.ts";

/** A destination as it was found before the first of `sources` was copied. */
export interface Spot {
  readonly path: string;
  readonly text: string;
  readonly found: Found | undefined;
  readonly sources: number;
}

/**
 * The path that a source gets, as cp(1) chooses it: in a directory, or in one that is to be made (`dir/`), its own
 * name; else the name that was given.
 */
export function chooseTarget({ path, text, found, sources }: Spot, source: Source): string {
  const isDirectory = found?.kind === "directory";
  if (!isDirectory && !path.endsWith("/")) {
    if (sources === 1) return path;
    throw usageError(
      `${sources} sources need a directory to go into, and ${text} ${found ? "is none" : "is not there"}`,
      found ? "name a directory" : `${text}/ is made if it is not there`,
    );
  }
  if (found && !isDirectory) throw usageError(`${text} is no directory`, "leave the / at its end away");
  if (source.name === "" && source.kind === "file") {
    throw usageError(`${source.text} has no name of its own`, `name the file: ${posix.join(text, "NAME")}`);
  }
  return posix.join(path, source.name);
}

/** Throws when a source cannot take the place of what is at its target. */
export function refuseClash(source: Source, target: string, found: Found | undefined): void {
  if (found === undefined || found.kind === source.kind) return;
  const what = { file: "a file", directory: "a directory", special: "a device, a pipe or a socket" }[
    found.kind
  ];
  throw new CliError("exists", `${target} exists already, and is ${what}: ${source.text} cannot replace it`, {
    hint: found.kind === "special" ? "- is standard output" : "remove it, or name another place",
    exitCode: EXIT.conflict,
  });
}
