#include "io/new-file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>

#include "io/text-file.hpp"

namespace forkd {

bool mayChown() { return ::geteuid() == 0; }

int makeParents(const std::string& path, FileOwner owner) {
  for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    const std::string parent = path.substr(0, at);
    if (::mkdir(parent.c_str(), 0755) == 0) {
      // Whoever may write where it is can put a link in its place.
      if (mayChown() && ::lchown(parent.c_str(), owner.uid, owner.gid) != 0) return errno;
    } else if (errno != EEXIST) {
      return errno;
    }
  }
  return 0;
}

NewFile::~NewFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

int NewFile::create(const std::string& path, FileOwner owner) {
  owner_ = owner;
  if (const int error = findTarget(path); error != 0) return error;
  int error = createSibling();
  if (error == ENOENT) {
    error = makeParents(path_, owner);
    if (error == 0) error = createSibling();
  }
  return error;
}

int NewFile::findTarget(const std::string& path) {
  path_ = path;
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) return 0;
  if (S_ISLNK(found.st_mode)) {
    if (::stat(path.c_str(), &found) != 0) return errno == ENOENT ? 0 : errno;
    std::array<char, PATH_MAX> target{};
    if (::realpath(path.c_str(), target.data()) == nullptr) return errno;
    path_ = target.data();
  }
  if (S_ISREG(found.st_mode)) return 0;
  return S_ISDIR(found.st_mode) ? EISDIR : ENXIO;
}

/** What a dead agent may have left under that name is in nobody's use. */
int NewFile::createSibling() {
  static unsigned count = 0;
  std::string name = path_.substr(0, path_.rfind('/') + 1) + ".forkd-" + std::to_string(++count);
  ::unlink(name.c_str());
  fd_ = Fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd_) return errno;
  temporary_ = std::move(name);
  return 0;
}

int NewFile::write(std::string_view data) { return writeAll(fd_.get(), data) ? 0 : errno; }

int NewFile::publish(mode_t mode) {
  if (mayChown() && ::fchown(fd_.get(), owner_.uid, owner_.gid) != 0) return errno;
  if (::fchmod(fd_.get(), mode) != 0) return errno;
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return errno;
  temporary_.clear();
  return 0;
}

int replaceFile(const std::string& path, std::string_view content, mode_t mode, FileOwner owner) {
  NewFile file;
  if (const int error = file.create(path, owner); error != 0) return error;
  if (const int error = file.write(content); error != 0) return error;
  return file.publish(mode);
}

}  // namespace forkd
