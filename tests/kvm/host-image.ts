import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Forkd } from "@forkd/sdk";
import { findBootFiles } from "../harness/boot-files.ts";

const run = promisify(execFile);

const NAME = "test-kvm-host";

const PACKAGES =
  "linux-image-amd64 initramfs-tools kmod iproute2 procps socat python3 qemu-system-x86 make cpio zstd xz-utils";
/** What runs first is on the disk of the checkout. */
const STAGE1 = "#!/bin/sh\nmount -o noatime /dev/vdb /srv && exec /bin/bash /srv/init\n";

/**
 * This host's, where it is a Debian: programs that were built here run on no older one. Elsewhere one that is newer
 * than most.
 */
function findSuite(): string {
  const release = readFileSync("/etc/os-release", "utf8");
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
  return /^ID=debian$/m.test(release) && codename !== undefined ? codename : "trixie";
}

/** A Debian as a user has it: its kernel, its QEMU. */
const RECIPE = {
  suite: findSuite(),
  sizeMib: 4096,
  packages: PACKAGES.split(" "),
  // With no more than it needs, its initramfs is unpacked in a moment.
  files: [{ path: "/init", contentBase64: btoa(STAGE1), mode: "0755" }],
  script: [
    "echo MODULES=list >> /etc/initramfs-tools/initramfs.conf",
    "printf '%s\\n' virtio_pci virtio_blk ext4 >> /etc/initramfs-tools/modules",
    "update-initramfs -u",
  ].join("\n"),
};

/** The root of the emulated host, and what it is booted with. */
export interface HostImage {
  readonly rootPath: string;
  readonly kernelPath: string;
  readonly initramfsPath: string;
}

/** Builds the emulated host's root if it is not there, and copies its kernel out into `directory`. */
export async function ensureHostImage(forkd: Forkd, directory: string): Promise<HostImage> {
  await forkd.images.build({ name: NAME, recipe: RECIPE });
  const { path: rootPath } = (await findBootFiles(NAME)).image;
  const debugfs = async (command: string): Promise<string> =>
    (await run("debugfs", ["-R", command, rootPath], { env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" } }))
      .stdout;
  const names = (await debugfs("ls -p /boot")).split("\n").map((line) => line.split("/")[5] ?? "");
  const copyOut = async (prefix: string): Promise<string> => {
    const name = names.find((candidate) => candidate.startsWith(prefix));
    if (name === undefined) throw new Error(`${rootPath} has no /boot/${prefix}*`);
    await debugfs(`dump /boot/${name} ${join(directory, prefix)}`);
    return join(directory, prefix);
  };
  return { rootPath, kernelPath: await copyOut("vmlinuz"), initramfsPath: await copyOut("initrd.img") };
}
