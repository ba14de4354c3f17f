#include "boot/power.hpp"

#include <signal.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "io/clock.hpp"
#include "io/text-file.hpp"

namespace forkd {

namespace {
constexpr int64_t kTermNs = 500'000'000;

/** True when there is no process left. */
bool reapAll() {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
  return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD;
}

void endEverybody() {
  ::kill(-1, SIGTERM);
  ::kill(-1, SIGCONT);
  const timespec step{0, 5'000'000};
  for (const int64_t start = monotonicNs(); !reapAll() && monotonicNs() - start < kTermNs;) ::nanosleep(&step, nullptr);
  ::kill(-1, SIGKILL);
}
}  // namespace

void powerOffNow() {
  ::sync();
  ::reboot(RB_POWER_OFF);
  // Without a way to power off, the kernel halts or returns; the VMM ends on a reset.
  ::reboot(RB_AUTOBOOT);
  for (;;) ::pause();
}

void shutDown() {
  endEverybody();
  ::sync();
  ::mount(nullptr, "/", nullptr, MS_REMOUNT | MS_RDONLY, nullptr);
  powerOffNow();
}

void panic(const std::string& what) {
  const std::string line = "FORKD-PANIC " + what + ": " + ::strerror(errno) + "\n";
  writeAll(STDERR_FILENO, line);
  powerOffNow();
}

}  // namespace forkd
