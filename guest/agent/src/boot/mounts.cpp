#include "boot/mounts.hpp"

#include <sys/mount.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

namespace forkd {

namespace {
constexpr unsigned long kPlain = MS_NOSUID | MS_NODEV | MS_NOEXEC;

constexpr std::array<Mount, 3> kKernelFiles = {{
    {"proc", "/proc", "proc", kPlain, nullptr},
    {"sysfs", "/sys", "sysfs", kPlain, nullptr},
    {"devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=0755"},
}};

constexpr std::array<Mount, 4> kSystem = {{
    {"devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "ptmxmode=0666,mode=0620,gid=5"},
    {"shm", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"},
    {"run", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755"},
    {"cgroup2", "/sys/fs/cgroup", "cgroup2", kPlain, nullptr},
}};

/** A mount point is on another file system than its parent. */
bool isMounted(const std::string& path) {
  struct stat self{};
  struct stat parent{};
  return ::stat(path.c_str(), &self) == 0 && ::stat((path + "/..").c_str(), &parent) == 0 &&
         self.st_dev != parent.st_dev;
}
}  // namespace

bool mountAt(const std::string& root, const Mount& mount) {
  const std::string target = root + mount.target;
  if (::mkdir(target.c_str(), 0755) != 0 && errno != EEXIST) return false;
  if (isMounted(target)) return true;
  return ::mount(mount.source, target.c_str(), mount.type, mount.flags, mount.data) == 0 || errno == EBUSY;
}

bool mountKernelFiles() {
  for (const Mount& mount : kKernelFiles) {
    if (!mountAt("", mount)) return false;
  }
  return true;
}

void mountSystem() {
  for (const Mount& mount : kSystem) mountAt("", mount);
}

}  // namespace forkd
