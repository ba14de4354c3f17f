import { readFile } from "node:fs/promises";

/** The kernel's name of this boot of the host: it changes when the host starts anew, and with nothing else. */
export async function readBootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}
