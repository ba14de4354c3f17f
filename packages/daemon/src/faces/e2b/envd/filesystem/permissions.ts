import type { GuestFileType } from "@forkd/core";

/** What E2B writes in front of the nine letters. */
const TYPE_LETTERS: Readonly<Record<GuestFileType, string>> = {
  file: "",
  dir: "d",
  symlink: "L",
  fifo: "p",
  socket: "S",
  char_device: "Dc",
  block_device: "D",
};

const SPECIAL_BITS = [
  [0o4000, "u"],
  [0o2000, "g"],
  [0o1000, "t"],
] as const;

/** Type and mode as E2B tells them: `drwxr-xr-x`, and `dtrwxrwxrwx` where ls(1) has `drwxrwxrwt`. */
export function describePermissions(type: GuestFileType, mode: number): string {
  const special = SPECIAL_BITS.map(([bit, letter]) => (mode & bit ? letter : "")).join("");
  const rights = "rwxrwxrwx"
    .split("")
    .map((letter, i) => (mode & (0o400 >> i) ? letter : "-"))
    .join("");
  return `${TYPE_LETTERS[type] + special || "-"}${rights}`;
}
