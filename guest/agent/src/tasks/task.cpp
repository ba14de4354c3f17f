#include "tasks/task.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string_view>

#include "io/text-file.hpp"

namespace forkd {

namespace {
constexpr size_t kMaxStatBytes = 4096;
constexpr size_t kMaxCommandBytes = 512;
/** PF_KTHREAD, linux/sched.h. */
constexpr int64_t kKernelThread = 0x00200000;

int64_t toNumber(std::string_view text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/** Arguments end with NUL each, and may hold anything. */
std::string readCommand(const std::string& directory, std::string_view name) {
  std::string command = readTextFile((directory + "/cmdline").c_str(), kMaxCommandBytes);
  while (!command.empty() && command.back() == '\0') command.pop_back();
  if (command.empty()) return "[" + std::string(name) + "]";
  std::ranges::replace(command, '\0', ' ');
  return command;
}

/** Nothing when it has ended meanwhile, or is the kernel's. The name may contain anything, parentheses too. */
std::optional<Task> readTask(pid_t pid) {
  const std::string directory = "/proc/" + std::to_string(pid);
  const std::string stat = readTextFile((directory + "/stat").c_str(), kMaxStatBytes);
  const size_t open = stat.find('(');
  const size_t close = stat.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close + 2 > stat.size()) return std::nullopt;
  // From the state on: fields 3 to 24 of proc(5).
  std::array<std::string_view, 22> fields;
  std::string_view rest = std::string_view(stat).substr(close + 2);
  for (std::string_view& field : fields) field = takeField(rest, ' ');
  if ((toNumber(fields[6]) & kKernelThread) != 0) return std::nullopt;
  struct stat owner {};
  if (::stat(directory.c_str(), &owner) != 0) return std::nullopt;
  Task task;
  task.pid = pid;
  task.parent = static_cast<pid_t>(toNumber(fields[1]));
  task.uid = owner.st_uid;
  task.state = fields[0].empty() ? '?' : fields[0].front();
  task.cpuMs = (toNumber(fields[11]) + toNumber(fields[12])) * 1000 / ::sysconf(_SC_CLK_TCK);
  task.residentBytes = toNumber(fields[21]) * ::sysconf(_SC_PAGESIZE);
  task.command = readCommand(directory, std::string_view(stat).substr(open + 1, close - open - 1));
  return task;
}

std::vector<pid_t> listPids() {
  std::vector<pid_t> pids;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), ::closedir);
  while (directory) {
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    const auto pid = static_cast<pid_t>(toNumber(entry->d_name));
    if (pid > 0) pids.push_back(pid);
  }
  return pids;
}
}  // namespace

std::vector<Task> listTasks() {
  std::vector<Task> tasks;
  for (const pid_t pid : listPids()) {
    if (auto task = readTask(pid)) tasks.push_back(std::move(*task));
  }
  std::ranges::sort(tasks, {}, &Task::pid);
  return tasks;
}

size_t countTasks() { return listTasks().size(); }

}  // namespace forkd
