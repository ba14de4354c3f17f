#include "files/metadata.hpp"

#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <string_view>

#include "http/fields.hpp"
#include "io/fd.hpp"

namespace forkd {

namespace {
constexpr std::string_view kPrefix = "user.e2b.";
/** Of names and values, as a file of ext4 has room for in its one block. A guest's own programs may set more elsewhere. */
constexpr size_t kMaxBytes = 4096;

/**
 * Where relative paths begin, until it goes: calls for attributes take no descriptor of a directory, and a path by /proc
 * costs several times as much. No other code of the agent runs meanwhile, and none of it has a relative path.
 */
class WorkingDirectory {
 public:
  explicit WorkingDirectory(int directory) : entered_(::fchdir(directory) == 0) {}
  ~WorkingDirectory() { [[maybe_unused]] const int left = ::fchdir(home().get()); }
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;
  /** Before the first one is entered. */
  static const Fd& home() {
    static const Fd kHome(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    return kHome;
  }
  explicit operator bool() const { return entered_; }

 private:
  bool entered_;
};

struct Calls {
  ssize_t (*list)(const char* path, char* names, size_t room);
  ssize_t (*get)(const char* path, const char* name, void* value, size_t room);
};

Metadata read(const Calls& calls, const char* path) {
  static std::array<char, XATTR_LIST_MAX> names;
  const ssize_t bytes = calls.list(path, names.data(), names.size());
  Metadata metadata;
  size_t left = kMaxBytes;
  std::array<char, kMaxBytes> value;
  for (const char* name = names.data(); name < names.data() + bytes; name += std::string_view(name).size() + 1) {
    const std::string_view whole(name);
    if (!whole.starts_with(kPrefix) || whole.size() == kPrefix.size() || whole.size() > left) continue;
    const ssize_t got = calls.get(path, name, value.data(), value.size());
    if (got < 0 || whole.size() + static_cast<size_t>(got) > left) continue;
    left -= whole.size() + static_cast<size_t>(got);
    metadata.emplace_back(whole.substr(kPrefix.size()), std::string(value.data(), static_cast<size_t>(got)));
  }
  return metadata;
}
}  // namespace

std::optional<Metadata> parseMetadata(const std::string& query) {
  Metadata metadata;
  for (const std::string& pair : queryParameters(query, "metadata")) {
    const size_t end = pair.find('=');
    if (end == 0 || end == std::string::npos || pair.substr(0, end).find('\0') != std::string::npos) return std::nullopt;
    metadata.emplace_back(pair.substr(0, end), pair.substr(end + 1));
  }
  return metadata;
}

int setMetadata(int fd, const Metadata& metadata) {
  for (const auto& [key, value] : metadata) {
    const std::string name = std::string(kPrefix) + key;
    if (::fsetxattr(fd, name.c_str(), value.data(), value.size(), 0) != 0) return errno;
  }
  return 0;
}

Metadata readMetadata(const char* path, bool follow) {
  return read(follow ? Calls{::listxattr, ::getxattr} : Calls{::llistxattr, ::lgetxattr}, path);
}

Metadata readMetadata(int directory, const char* name) {
  if (!WorkingDirectory::home()) return {};
  const WorkingDirectory entered(directory);
  return entered ? readMetadata(name, false) : Metadata();
}

}  // namespace forkd
