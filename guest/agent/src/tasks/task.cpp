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

/** What proc(5) has in `stat`: the name, which may contain anything, parentheses too, and fields 3 to 24. */
struct Stat {
  explicit Stat(std::string content) : text(std::move(content)) {}
  std::string text;
  std::string_view name;
  std::array<std::string_view, 22> fields;
};

/** False when it has ended meanwhile, or is the kernel's. */
bool parseStat(Stat& stat) {
  const std::string_view text = stat.text;
  const size_t open = text.find('(');
  const size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close + 2 > text.size()) return false;
  stat.name = text.substr(open + 1, close - open - 1);
  std::string_view rest = text.substr(close + 2);
  for (std::string_view& field : stat.fields) field = takeField(rest, ' ');
  return (toNumber(stat.fields[6]) & kKernelThread) == 0;
}

std::string directoryOf(pid_t pid) { return "/proc/" + std::to_string(pid); }

Stat readStat(const std::string& directory) {
  return Stat(readTextFile((directory + "/stat").c_str(), kMaxStatBytes));
}

std::optional<Task> readTask(pid_t pid) {
  const std::string directory = directoryOf(pid);
  Stat stat = readStat(directory);
  if (!parseStat(stat)) return std::nullopt;
  const auto& fields = stat.fields;
  struct stat owner {};
  if (::stat(directory.c_str(), &owner) != 0) return std::nullopt;
  Task task;
  task.pid = pid;
  task.parent = static_cast<pid_t>(toNumber(fields[1]));
  task.uid = owner.st_uid;
  task.state = fields[0].empty() ? '?' : fields[0].front();
  task.cpuMs = (toNumber(fields[11]) + toNumber(fields[12])) * 1000 / ::sysconf(_SC_CLK_TCK);
  task.residentBytes = toNumber(fields[21]) * ::sysconf(_SC_PAGESIZE);
  task.command = readCommand(directory, stat.name);
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

size_t countTasks() {
  const std::vector<pid_t> pids = listPids();
  return static_cast<size_t>(std::ranges::count_if(pids, [](pid_t pid) {
    Stat stat = readStat(directoryOf(pid));
    return parseStat(stat);
  }));
}

}  // namespace forkd
