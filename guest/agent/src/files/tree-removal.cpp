#include "files/tree-removal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "files/place.hpp"

namespace forkd {

namespace {
constexpr int kFilesAtOnce = 128;
/** The innermost levels have a descriptor each; the others are found again by "..". */
constexpr size_t kMaxOpen = 64;
/** Each level is in memory. */
constexpr size_t kMaxDepth = 65'536;

/** Neither the root, by whatever name, nor "." and "..", which rmdir(2) would refuse only when they are empty. */
bool mayGo(const std::string& path, const struct stat& info) {
  struct stat root{};
  if (::stat("/", &root) == 0 && root.st_dev == info.st_dev && root.st_ino == info.st_ino) return false;
  const std::string last = path.substr(path.rfind('/') + 1);
  return last != "." && last != "..";
}
}  // namespace

int TreeRemoval::begin(const std::string& path, bool recursive) {
  path_ = withoutTrailingSlashes(path);
  struct stat info{};
  if (::lstat(path_.c_str(), &info) != 0) return errno;
  if (!mayGo(path_, info)) return EINVAL;
  if (!S_ISDIR(info.st_mode)) return ::unlink(path_.c_str()) == 0 ? 0 : errno;
  if (!recursive) return ::rmdir(path_.c_str()) == 0 ? 0 : errno;
  device_ = info.st_dev;
  const int error = enter(AT_FDCWD, path_.c_str());
  return error == 0 ? EINPROGRESS : error;
}

int TreeRemoval::step() {
  for (int i = 0; i < kFilesAtOnce; ++i) {
    const int error = removeNext();
    if (error != EINPROGRESS) return error;
  }
  return EINPROGRESS;
}

int TreeRemoval::removeNext() {
  DIR* directory = levels_.back().directory.get();
  const int fd = ::dirfd(directory);
  const dirent* entry = readEntry(directory);
  if (entry == nullptr) return leave();
  if (entry->d_type != DT_DIR && ::unlinkat(fd, entry->d_name, 0) == 0) return EINPROGRESS;
  struct stat info{};
  if (::fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT ? EINPROGRESS : errno;
  if (!S_ISDIR(info.st_mode)) return ::unlinkat(fd, entry->d_name, 0) == 0 || errno == ENOENT ? EINPROGRESS : errno;
  const int error = enter(fd, entry->d_name);
  return error == 0 || error == ENOENT ? EINPROGRESS : error;
}

int TreeRemoval::enter(int parent, const char* name) {
  if (levels_.size() >= kMaxDepth) return E2BIG;
  Directory directory = openDirectory(parent, name, false);
  if (!directory) return errno;
  struct stat info{};
  if (::fstat(::dirfd(directory.get()), &info) != 0) return errno;
  if (info.st_dev != device_) return EBUSY;
  levels_.push_back({std::move(directory), name, info.st_ino});
  if (levels_.size() > kMaxOpen) levels_[levels_.size() - 1 - kMaxOpen].directory.reset();
  return 0;
}

/** The innermost directory has been read to its end. ENOTEMPTY when others have put something into it meanwhile. */
int TreeRemoval::leave() {
  const Level left = std::move(levels_.back());
  levels_.pop_back();
  const int error = levels_.empty() ? 0 : reopen(levels_.back(), ::dirfd(left.directory.get()));
  if (error != 0) return error;
  const int parent = levels_.empty() ? AT_FDCWD : ::dirfd(levels_.back().directory.get());
  if (::unlinkat(parent, left.name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) return errno;
  return levels_.empty() ? 0 : EINPROGRESS;
}

/** Of a directory that was moved meanwhile, ".." is another one. */
int TreeRemoval::reopen(Level& level, int child) {
  if (level.directory) return 0;
  level.directory = openDirectory(child, "..", false);
  if (!level.directory) return errno;
  struct stat info{};
  if (::fstat(::dirfd(level.directory.get()), &info) != 0) return errno;
  return info.st_dev == device_ && info.st_ino == level.inode ? 0 : EBUSY;
}

}  // namespace forkd
