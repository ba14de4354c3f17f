import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import type { CallOptions } from "@forkd/core";
import { runCommand } from "../process/run-command.ts";

const LIBRARY_CACHE = "/etc/ld.so.cache";

/** What a program needs of the host to run: itself, and the directories of its libraries and of its data. */
export interface ProgramFiles {
  readonly program: string;
  /** Paths without links, none of them below another. */
  readonly shown: readonly string[];
}

/** Looks at what the dynamic linker loads for a QEMU, and where that looks for firmware. */
export async function listQemuFiles(path: string, options: CallOptions): Promise<ProgramFiles> {
  const program = await realpath(path);
  const [linked, help] = await Promise.all([
    runCommand("ldd", [program], options),
    runCommand(program, ["-L", "help"], options),
  ]);
  const libraries = parseLibraries(linked.stdout);
  const places = [
    ...libraries.map((library) => dirname(library)),
    ...(await resolveAll(libraries)).map((library) => dirname(library)),
    ...help.stdout.split("\n").filter((line) => line.startsWith("/")),
  ];
  return { program, shown: withoutNested(await resolveAll([program, LIBRARY_CACHE, ...places])) };
}

/** The paths in the output of ldd(1). */
export function parseLibraries(output: string): string[] {
  const lines = output.split("\n").map((line) => /(?:=>\s+|^\s*)(\/\S+)\s+\(0x[0-9a-f]+\)$/.exec(line)?.[1]);
  return lines.filter((path) => path !== undefined);
}

async function resolveAll(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all([...new Set(paths)].map((path) => realpath(path).catch(() => undefined)));
  return found.filter((path) => path !== undefined);
}

/** Each path once, without those that are in a directory among them. */
export function withoutNested(paths: readonly string[]): string[] {
  const all = [...new Set(paths)].toSorted();
  return all.filter((path) => !all.some((other) => path.startsWith(`${other}/`)));
}
