#pragma once

namespace forkd {

/**
 * Lays /etc/hostname and /etc/machine-id over with files of the tmpfs at /run, as container runtimes do. Every fork
 * writes both, and a first write to a disk file system costs an emulated child more than all of its fork.
 */
void detachIdentityFiles();

}  // namespace forkd
