#include "io/kept-file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "io/new-file.hpp"
#include "io/text-file.hpp"

namespace forkd {

static constexpr size_t kSmallBytes = 4096;

int KeptFile::open() {
  fd_ = Fd(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd_ && errno == ENOENT) {
    const int error = replaceFile(path_, "", 0644);
    if (error != 0) return error;
    fd_ = Fd(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
  }
  return fd_ ? 0 : errno;
}

int KeptFile::write(std::string_view text) {
  struct stat before{};
  // A file without a name is one that somebody has removed or replaced.
  if (!fd_ || ::fstat(fd_.get(), &before) != 0 || before.st_nlink == 0) {
    if (const int error = open(); error != 0) return error;
    if (::fstat(fd_.get(), &before) != 0) return errno;
  }
  const auto size = static_cast<off_t>(text.size());
  if (::pwrite(fd_.get(), text.data(), text.size(), 0) != size) return EIO;
  return before.st_size <= size || ::ftruncate(fd_.get(), size) == 0 ? 0 : errno;
}

int KeptFile::rewrite() {
  const std::string text = readTextFile(path_.c_str(), kSmallBytes);
  return text.empty() || text.size() == kSmallBytes ? 0 : write(text);
}

}  // namespace forkd
