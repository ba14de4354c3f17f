#pragma once
#include <string>

namespace forkd {

struct Mount {
  const char* source;
  const char* target;
  const char* type;
  unsigned long flags;
  const char* data;
};

/** Makes the target when it is missing. What is mounted there already stays. False with errno. */
bool mountAt(const std::string& root, const Mount& mount);

/** /proc, /sys and /dev, which both stages need. */
bool mountKernelFiles();

/** The rest of what programs expect to be mounted. What a kernel does not offer is left out. */
void mountSystem();

}  // namespace forkd
