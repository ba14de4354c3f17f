#pragma once

namespace forkd {

/** Frees what the initramfs holds, makes `newRoot` the root of everything, and enters it. False with errno. */
bool switchRoot(const char* newRoot);

}  // namespace forkd
