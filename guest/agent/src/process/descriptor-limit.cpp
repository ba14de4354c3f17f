#include "process/descriptor-limit.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace forkd {

static constexpr rlim_t kDescriptors = 4096;
static rlimit startedWith{};

void raiseDescriptorLimit() {
  if (::getrlimit(RLIMIT_NOFILE, &startedWith) != 0) return;
  rlimit raised = startedWith;
  raised.rlim_cur = std::max(raised.rlim_cur, std::min(raised.rlim_max, kDescriptors));
  ::setrlimit(RLIMIT_NOFILE, &raised);
}

void restoreDescriptorLimit() {
  if (startedWith.rlim_cur != 0) ::setrlimit(RLIMIT_NOFILE, &startedWith);
}

}  // namespace forkd
