#include "ports/socket-owners.hpp"

#include <dirent.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <memory>
#include <string_view>
#include <unordered_set>

#include "http/fields.hpp"
#include "io/text-file.hpp"

namespace forkd {

namespace {
/** How many descriptors are looked at: the agent does nothing else meanwhile. */
constexpr size_t kMaxLooks = 16'384;
constexpr size_t kMaxCommandBytes = 64;
constexpr std::string_view kSocketPrefix = "socket:[";

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

/** The inode that a link of /proc/PID/fd names, or 0 when it is no socket's. */
uint64_t socketBehind(int directory, const char* name) {
  std::array<char, 64> link{};
  const ssize_t bytes = ::readlinkat(directory, name, link.data(), link.size());
  const std::string_view text(link.data(), bytes < 0 ? 0 : static_cast<size_t>(bytes));
  if (!text.starts_with(kSocketPrefix)) return 0;
  uint64_t inode = 0;
  std::from_chars(text.data() + kSocketPrefix.size(), text.data() + text.size(), inode);
  return inode;
}

std::string commandOf(const std::string& process) {
  std::string command = readTextFile((process + "/comm").c_str(), kMaxCommandBytes);
  if (!command.empty() && command.back() == '\n') command.pop_back();
  return command;
}
}  // namespace

std::unordered_map<uint64_t, SocketOwner> findSocketOwners(const std::vector<uint64_t>& inodes) {
  std::unordered_set<uint64_t> wanted(inodes.begin(), inodes.end());
  std::unordered_map<uint64_t, SocketOwner> owners;
  size_t looks = 0;
  const Directory processes(::opendir("/proc"));
  while (processes && !wanted.empty() && looks < kMaxLooks) {
    const dirent* process = ::readdir(processes.get());
    if (process == nullptr) break;
    const auto pid = parseDecimal(process->d_name);
    if (!pid) continue;
    const std::string path = std::string("/proc/") + process->d_name;
    const Directory fds(::opendir((path + "/fd").c_str()));
    while (fds && looks++ < kMaxLooks) {
      const dirent* fd = ::readdir(fds.get());
      if (fd == nullptr) break;
      const uint64_t inode = socketBehind(::dirfd(fds.get()), fd->d_name);
      if (wanted.erase(inode) != 0) owners[inode] = {static_cast<pid_t>(*pid), commandOf(path)};
    }
  }
  return owners;
}

}  // namespace forkd
