#include "boot/initramfs-stage.hpp"

#include <dirent.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <cerrno>

#include "boot/command-line.hpp"
#include "boot/kernel-modules.hpp"
#include "boot/mounts.hpp"
#include "boot/power.hpp"
#include "boot/root-switch.hpp"
#include "io/clock.hpp"
#include "io/fd.hpp"
#include "io/text-file.hpp"

namespace forkd {

namespace {
constexpr int64_t kRootDeadlineNs = 10'000'000'000;
constexpr int64_t kFirstPollNs = 1'000'000;
constexpr int64_t kLastPollNs = 20'000'000;
constexpr const char* kNewRoot = "/forkd-root";

/** The kernel gives PID 1 no console when its archive has no device node. */
void openConsole() {
  const int console = ::open("/dev/console", O_RDWR | O_NOCTTY);
  if (console < 0) return;
  for (int fd = 0; fd <= 2; ++fd) ::dup2(console, fd);
  if (console > 2) ::close(console);
}

void waitForDevice(const std::string& path) {
  int64_t pollNs = kFirstPollNs;
  for (const int64_t start = monotonicNs(); ::access(path.c_str(), F_OK) != 0;) {
    if (monotonicNs() - start > kRootDeadlineNs) panic("no root device " + path);
    const timespec pause{0, pollNs};
    ::nanosleep(&pause, nullptr);
    pollNs = std::min(pollNs * 2, kLastPollNs);
  }
}

void copyFile(const std::string& from, const std::string& to, mode_t mode) {
  const Fd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  const Fd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!in || !out) panic("copy " + from);
  static char chunk[64 * 1024];
  for (ssize_t got; (got = ::read(in.get(), chunk, sizeof chunk)) != 0;) {
    if (got < 0 || !writeAll(out.get(), {chunk, static_cast<size_t>(got)})) panic("copy " + from);
  }
}

void copyInterpreters(const std::string& from, const std::string& to) {
  DIR* listing = ::opendir(from.c_str());
  if (listing == nullptr) return;
  while (const dirent* entry = ::readdir(listing)) {
    const std::string name = entry->d_name;
    if (name.front() != '.') copyFile(from + "/" + name, to + "/" + name, 0644);
  }
  ::closedir(listing);
}

/** The agent outlives the initramfs on a tmpfs, so that a root image need not know of it. */
void carryOver() {
  const std::string run = std::string(kNewRoot) + "/run";
  if (!mountAt(kNewRoot, {"run", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755"})) panic("mount /run");
  ::mkdir((run + "/forkd").c_str(), 0755);
  ::mkdir((run + "/forkd/interpreters").c_str(), 0755);
  copyFile("/init", run + "/forkd/agent", 0755);
  copyInterpreters("/forkd/interpreters", run + "/forkd/interpreters");
}
}  // namespace

void runInitramfsStage() {
  if (!mountKernelFiles()) panic("mount /proc, /sys and /dev");
  openConsole();
  const BootOptions options = readBootOptions();
  if (options.probe) {
    writeAll(STDOUT_FILENO, "FORKD-PROBE-OK\n");
    powerOffNow();
  }
  loadKernelModules("/forkd/modules");
  errno = EINVAL;
  if (options.root.empty()) panic("forkd.root= is not on the command line");
  waitForDevice(options.root);
  ::mkdir(kNewRoot, 0755);
  // ext4 would start a thread for inode tables that are in order already, and each child would watch it end.
  const char* data = options.rootType == "ext4" ? "noinit_itable" : nullptr;
  if (::mount(options.root.c_str(), kNewRoot, options.rootType.c_str(), MS_NOATIME, data) != 0) {
    panic("mount " + options.root + " as " + options.rootType);
  }
  carryOver();
  if (!switchRoot(kNewRoot)) panic("switch root");
  ::execl("/run/forkd/agent", "forkd-agent", "--stage2", nullptr);
  panic("exec /run/forkd/agent");
}

}  // namespace forkd
