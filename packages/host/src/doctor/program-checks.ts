import { access } from "node:fs/promises";
import { readQemuVersion, resolveQemu } from "../accelerator/qemu.ts";
import { findDebianKeyring } from "../debian/archive.ts";
import { findProgram, requireProgram } from "../process/find-program.ts";
import { runCommand } from "../process/run-command.ts";
import type { Check } from "./check.ts";
import { fail, pass, warn } from "./check.ts";

/** Background snapshots, and microvm as it is used here. */
const OLDEST_QEMU = { major: 6, minor: 2 };
const NGHTTP2_HEADER = "/usr/include/nghttp2/nghttp2.h";

function program(name: string, debianPackage: string, purpose: string): Check {
  return {
    name,
    look: async () => pass(`${await requireProgram(name, debianPackage)} (${purpose})`),
  };
}

/** Programs of the distribution that forkd runs. */
export const PROGRAM_CHECKS: readonly Check[] = [
  {
    name: "qemu",
    look: async ({ signal }) => {
      const path = await resolveQemu();
      const version = await readQemuVersion(path, { signal });
      if (isAtLeast(version)) return pass(`${path} ${version}`);
      const wanted = `${OLDEST_QEMU.major}.${OLDEST_QEMU.minor}`;
      return fail(
        `${path} is ${version}, older than ${wanted}`,
        "upgrade it: sudo apt-get install qemu-system-x86",
      );
    },
  },
  program("mmdebstrap", "mmdebstrap", "builds images"),
  program("mkfs.ext4", "e2fsprogs", "makes file systems of images"),
  program("cpio", "cpio", "packs the initramfs"),
  program("dpkg-deb", "dpkg", "unpacks the guest kernel"),
  program("make", "make", "builds the guest agent"),
  {
    name: "compiler",
    look: async ({ signal }) => {
      const path = await findProgram("c++");
      if (path === undefined) return fail("there is no C++ compiler", "sudo apt-get install g++");
      const version = (await runCommand(path, ["-dumpfullversion"], { signal })).stdout.trim();
      return pass(`${path} ${version} (builds the guest agent)`);
    },
  },
  {
    name: "nghttp2",
    look: async () => {
      const present = await access(NGHTTP2_HEADER).then(
        () => true,
        () => false,
      );
      if (present) return pass(`${NGHTTP2_HEADER} (the guest agent speaks HTTP/2)`);
      return warn(`there is no ${NGHTTP2_HEADER}`, "sudo apt-get install libnghttp2-dev");
    },
  },
  { name: "debian keyring", look: async () => pass(await findDebianKeyring()) },
];

/** Whether a QEMU version such as `7.2.22` is new enough. */
export function isAtLeast(version: string, oldest = OLDEST_QEMU): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}
