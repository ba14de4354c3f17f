#include "boot/agent-stage.hpp"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cstring>

#include "boot/agent-port.hpp"
#include "boot/identity-files.hpp"
#include "boot/kernel-housekeeping.hpp"
#include "boot/mounts.hpp"
#include "boot/power.hpp"
#include "io/text-file.hpp"
#include "serve.hpp"

namespace forkd {

namespace {
void setLoopbackUp() {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  if (!socket || ::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0) return;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
  ::ioctl(socket.get(), SIOCSIFFLAGS, &request);
}

void takeHostname() {
  const std::string text = readTextFile("/etc/hostname", 256);
  std::string_view rest = text;
  const std::string_view name = takeLine(rest);
  if (name.empty() || ::sethostname(name.data(), name.size()) == 0) return;
  writeAll(STDERR_FILENO, "forkd: the hostname cannot be set\n");
}
}  // namespace

void runAgentStage() {
  if (!mountKernelFiles()) panic("mount /proc, /sys and /dev");
  mountSystem();
  detachIdentityFiles();
  slowKernelHousekeeping();
  setLoopbackUp();
  takeHostname();
  writeExisting("/proc/self/oom_score_adj", "-1000");
  Fd port = openAgentPort();
  if (!port) panic("find the virtio port forkd.agent");
  // All of the agent is in memory before a fork, so that no child has to fault it in, and stays there when it is scarce.
  ::mlockall(MCL_CURRENT);
  servePort(std::move(port), {});
  shutDown();
}

}  // namespace forkd
