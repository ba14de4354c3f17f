import { open } from "node:fs/promises";
import { reasonOf } from "@forkd/contract";
import { hasErrno } from "@forkd/posix";

export const KVM_DEVICE = "/dev/kvm";

/** Why the KVM device cannot be used, or undefined when it opens for reading and writing. */
export async function explainKvmRefusal(path = KVM_DEVICE): Promise<string | undefined> {
  try {
    await (await open(path, "r+")).close();
    return undefined;
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return `${path} does not exist`;
    if (hasErrno(error, "EACCES", "EPERM")) return `${path} is not ours to open (group kvm)`;
    return `${path} does not open: ${reasonOf(error)}`;
  }
}
