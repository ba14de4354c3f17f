#include "files/tree-walk.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstring>

namespace forkd {

Directory openDirectory(int parent, const char* name, bool follow) {
  const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW);
  const int fd = ::openat(parent, name, flags);
  if (fd < 0) return {};
  DIR* directory = ::fdopendir(fd);
  if (directory == nullptr) ::close(fd);
  return Directory(directory);
}

const dirent* readEntry(DIR* directory) {
  for (;;) {
    const dirent* entry = ::readdir(directory);
    if (entry == nullptr) return nullptr;
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) return entry;
  }
}

int TreeWalk::open(const std::string& path, size_t depth) {
  Directory directory = openDirectory(AT_FDCWD, path.c_str(), true);
  if (!directory) return errno;
  depth_ = depth;
  levels_.push_back({std::move(directory), 0});
  return 0;
}

bool TreeWalk::next(FoundFile& found) {
  while (!levels_.empty()) {
    DIR* directory = levels_.back().directory.get();
    const dirent* entry = readEntry(directory);
    if (entry == nullptr) {
      prefix_.resize(levels_.back().prefixBytes);
      levels_.pop_back();
      continue;
    }
    if (!look(::dirfd(directory), entry->d_name, found)) continue;
    if (S_ISDIR(found.info.st_mode) && levels_.size() < depth_) descend(::dirfd(directory), entry->d_name);
    return true;
  }
  return false;
}

bool TreeWalk::look(int directory, const char* name, FoundFile& found) const {
  if (::fstatat(directory, name, &found.info, AT_SYMLINK_NOFOLLOW) != 0) return false;
  found.path = prefix_ + name;
  found.target.clear();
  found.metadata = canHaveMetadata(found.info.st_mode) ? readMetadata(directory, name) : Metadata();
  if (!S_ISLNK(found.info.st_mode)) return true;
  std::array<char, PATH_MAX> target{};
  const ssize_t bytes = ::readlinkat(directory, name, target.data(), target.size());
  if (bytes > 0) found.target.assign(target.data(), static_cast<size_t>(bytes));
  return true;
}

void TreeWalk::descend(int directory, const char* name) {
  Directory child = openDirectory(directory, name, false);
  if (!child) return;
  levels_.push_back({std::move(child), prefix_.size()});
  prefix_ += name;
  prefix_ += '/';
}

}  // namespace forkd
