#include "boot/root-switch.hpp"

#include <dirent.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "io/fd.hpp"

namespace forkd {

/** Removes all that is on the same file system; mount points stay. */
static void removeContents(int directory, dev_t device) {
  DIR* listing = ::fdopendir(directory);
  if (listing == nullptr) return;
  while (const dirent* entry = ::readdir(listing)) {
    if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
    struct stat info{};
    if (::fstatat(directory, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 || info.st_dev != device) continue;
    const bool isDirectory = S_ISDIR(info.st_mode);
    if (isDirectory) {
      const int child = ::openat(directory, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (child >= 0) removeContents(child, device);
    }
    ::unlinkat(directory, entry->d_name, isDirectory ? AT_REMOVEDIR : 0);
  }
  ::closedir(listing);
}

bool switchRoot(const char* newRoot) {
  for (const char* path : {"/proc", "/sys", "/dev"}) {
    const std::string target = std::string(newRoot) + path;
    ::mkdir(target.c_str(), 0755);
    if (::mount(path, target.c_str(), nullptr, MS_MOVE, nullptr) != 0) return false;
  }
  const int old = ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct stat info{};
  if (old < 0 || ::fstat(old, &info) != 0) return false;
  removeContents(old, info.st_dev);
  return ::chdir(newRoot) == 0 && ::mount(".", "/", nullptr, MS_MOVE, nullptr) == 0 && ::chroot(".") == 0 &&
         ::chdir("/") == 0;
}

}  // namespace forkd
