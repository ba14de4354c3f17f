#include "boot/agent-port.hpp"

#include <dirent.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "io/clock.hpp"
#include "io/text-file.hpp"

namespace forkd {

namespace {
constexpr const char* kPorts = "/sys/class/virtio-ports";
constexpr int64_t kDeadlineNs = 10'000'000'000;
constexpr int64_t kFirstPollNs = 1'000'000;
constexpr int64_t kLastPollNs = 20'000'000;

std::string findPort() {
  DIR* listing = ::opendir(kPorts);
  std::string found;
  if (listing == nullptr) return found;
  while (const dirent* entry = ::readdir(listing)) {
    const std::string name = readTextFile((std::string(kPorts) + "/" + entry->d_name + "/name").c_str(), 256);
    if (name == "forkd.agent\n") found = std::string("/dev/") + entry->d_name;
  }
  ::closedir(listing);
  return found;
}
}  // namespace

Fd openAgentPort() {
  int64_t pollNs = kFirstPollNs;
  for (const int64_t start = monotonicNs(); monotonicNs() - start < kDeadlineNs;) {
    const std::string path = findPort();
    Fd port(path.empty() ? -1 : ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (port) return port;
    const timespec pause{0, pollNs};
    ::nanosleep(&pause, nullptr);
    pollNs = std::min(pollNs * 2, kLastPollNs);
  }
  errno = ENODEV;
  return {};
}

}  // namespace forkd
