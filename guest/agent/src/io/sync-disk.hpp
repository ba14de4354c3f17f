#pragma once

namespace forkd {

/** The word by which the agent's own binary is asked to do only this. */
inline constexpr const char* kSyncDiskWord = "--sync-disk";

/** Writes all dirty pages back and gives unused blocks of the root file system back to the disk. */
void syncDisk();

}  // namespace forkd
