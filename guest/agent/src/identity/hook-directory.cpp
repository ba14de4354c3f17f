#include "identity/hook-directory.hpp"

#include <dirent.h>

#include <algorithm>
#include <functional>

#include "io/clock.hpp"

namespace forkd {

namespace {
constexpr size_t kMaxHooks = 256;
/** Times of files are as coarse as the kernel's tick, of 10 ms at most. */
constexpr int64_t kCoarseNs = 20'000'000;

bool isExecutable(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & 0111) != 0;
}
}  // namespace

std::vector<std::string> HookDirectory::list() {
  std::vector<std::string> names;
  if (unchanged()) return names;
  bool empty = true;
  if (DIR* listing = ::opendir(path_.c_str())) {
    while (const dirent* entry = ::readdir(listing)) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      empty = false;
      if (name.front() != '.' && names.size() < kMaxHooks && isExecutable(path_ + "/" + name)) names.push_back(name);
    }
    ::closedir(listing);
  }
  if (empty) remember();
  std::ranges::sort(names, std::greater<>());
  return names;
}

/** Whatever is made in a directory, and every rename of the directory itself, changes its ctime. */
bool HookDirectory::unchanged() const {
  struct stat now{};
  if (!empty_ || ::fstat(empty_.get(), &now) != 0 || now.st_nlink == 0) return false;
  return now.st_ctim.tv_sec == changed_.tv_sec && now.st_ctim.tv_nsec == changed_.tv_nsec;
}

void HookDirectory::remember() {
  empty_.close();
  for (std::string path = path_; !path.empty() && !empty_; path.resize(path.rfind('/'))) {
    empty_ = Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  struct stat info{};
  if (!empty_ || ::fstat(empty_.get(), &info) != 0) return empty_.close();
  changed_ = info.st_ctim;
  const int64_t changedNs = int64_t{changed_.tv_sec} * 1'000'000'000 + changed_.tv_nsec;
  if (std::abs(realtimeNs() - changedNs) < kCoarseNs) empty_.close();
}

}  // namespace forkd
