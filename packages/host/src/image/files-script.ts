import { posix } from "node:path";
import type { ImageRecipe } from "@forkd/contract";
import { ForkdError } from "@forkd/contract";
import { quoteShell } from "./shell.ts";

const MARK = "FORKD_END_OF_CONTENT";

/**
 * A shell script that writes a recipe's files. It is run in the chroot, where the kernel resolves every symbolic
 * link below the new root: a link that points outside of it cannot be followed out. Content is base 64, so no
 * line of it can end the here-document. Throws `image_build_failed`.
 */
export function createFilesScript(image: string, files: ImageRecipe["files"]): string {
  return files.map((file) => writeFile(checkPath(image, file.path), file)).join("");
}

function writeFile(path: string, file: ImageRecipe["files"][number]): string {
  const target = quoteShell(path);
  const lines = file.content_base64.match(/.{1,76}/g) ?? [];
  return [
    `mkdir -p -- ${quoteShell(posix.dirname(path))}`,
    `test ! -d ${target} || { echo ${target} is a directory >&2; exit 1; }`,
    `rm -f -- ${target}`,
    `base64 -d > ${target} <<'${MARK}'`,
    ...lines,
    MARK,
    `chmod ${file.mode} -- ${target}`,
    "",
  ].join("\n");
}

function checkPath(image: string, path: string): string {
  const parts = path.split("/");
  if (parts.includes("..") || path.endsWith("/")) {
    const why = parts.includes("..") ? "has a .. in it" : "names a directory";
    throw new ForkdError("image_build_failed", { image, step: "files", output: [`the path ${path} ${why}`] });
  }
  return posix.normalize(path);
}
