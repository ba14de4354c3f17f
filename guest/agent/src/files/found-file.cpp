#include "files/found-file.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>

namespace forkd {

namespace {
/** What a number of JSON can be for every reader. */
constexpr int64_t kMaxSize = (int64_t{1} << 53) - 1;

const char* typeOf(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return "file";
    case S_IFDIR:
      return "dir";
    case S_IFLNK:
      return "symlink";
    case S_IFIFO:
      return "fifo";
    case S_IFSOCK:
      return "socket";
    case S_IFCHR:
      return "char_device";
    default:
      return "block_device";
  }
}
}  // namespace

bool canHaveMetadata(mode_t mode) { return S_ISREG(mode) || S_ISDIR(mode); }

int findFile(const std::string& path, bool follow, FoundFile& found) {
  found = FoundFile();
  found.path = path;
  if ((follow ? ::stat(path.c_str(), &found.info) : ::lstat(path.c_str(), &found.info)) != 0) return errno;
  if (canHaveMetadata(found.info.st_mode)) found.metadata = readMetadata(path.c_str(), follow);
  if (!S_ISLNK(found.info.st_mode)) return 0;
  std::array<char, PATH_MAX> target{};
  const ssize_t bytes = ::readlink(path.c_str(), target.data(), target.size());
  if (bytes > 0) found.target.assign(target.data(), static_cast<size_t>(bytes));
  return 0;
}

/** A file may claim a time that is further away than nanoseconds reach. */
static int64_t toNs(const timespec& time) {
  constexpr int64_t kNsPerSecond = 1'000'000'000;
  constexpr int64_t kMaxSeconds = INT64_MAX / kNsPerSecond - 1;
  return std::clamp<int64_t>(time.tv_sec, -kMaxSeconds, kMaxSeconds) * kNsPerSecond + time.tv_nsec;
}

Json FileDescriber::describe(const FoundFile& file) {
  const struct stat& info = file.info;
  Json json = Json::object();
  json["path"] = file.path;
  json["type"] = typeOf(info.st_mode);
  json["size"] = std::min<int64_t>(info.st_size, kMaxSize);
  json["mode"] = static_cast<int64_t>(info.st_mode & 07777);
  json["uid"] = static_cast<int64_t>(info.st_uid);
  json["gid"] = static_cast<int64_t>(info.st_gid);
  json["owner"] = names_.userName(info.st_uid);
  json["group"] = names_.groupName(info.st_gid);
  json["mtime_ns"] = std::to_string(toNs(info.st_mtim));
  json["target"] = S_ISLNK(info.st_mode) ? Json(file.target) : Json();
  if (!file.metadata.empty()) json["metadata"] = Json::object();
  for (const auto& [key, value] : file.metadata) json["metadata"][key] = value;
  return json;
}

}  // namespace forkd
