// What the machine uses, and which of its processes use it.
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "io/text-file.hpp"
#include "network/traffic.hpp"
#include "process/account-names.hpp"
#include "routes/routes.hpp"
#include "tasks/task.hpp"

namespace forkd {

namespace {
constexpr size_t kMaxMeminfoBytes = 16 * 1024;
constexpr size_t kMaxTasks = 1024;
constexpr int64_t kBytesPerKib = 1024;

/** A line such as "MemTotal:  252344 kB". */
int64_t findMeminfo(std::string_view meminfo, std::string_view name) {
  while (!meminfo.empty()) {
    std::string_view line = takeLine(meminfo);
    if (takeField(line, ':') != name) continue;
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    int64_t kib = 0;
    std::from_chars(line.data(), line.data() + line.size(), kib);
    return kib * kBytesPerKib;
  }
  return 0;
}

/** The busiest come first where there are more than can be told. */
void keepBusiest(std::vector<Task>& tasks) {
  if (tasks.size() <= kMaxTasks) return;
  std::ranges::sort(tasks, std::greater{}, &Task::cpuMs);
  tasks.resize(kMaxTasks);
}

Json describeTask(const Task& task, AccountNames& names) {
  Json item = Json::object();
  item["pid"] = task.pid;
  item["ppid"] = task.parent;
  item["user"] = names.userName(task.uid);
  item["state"] = std::string(1, task.state);
  item["cpu_ms"] = task.cpuMs;
  item["resident_bytes"] = task.residentBytes;
  item["command"] = task.command;
  return item;
}
}  // namespace

void getMetrics(Agent&, Exchange& exchange, const std::string&, const Json&) {
  const std::string meminfo = readTextFile("/proc/meminfo", kMaxMeminfoBytes);
  struct statvfs disk {};
  if (::statvfs("/", &disk) != 0) return exchange.fail(failureOf(errno, "/"));
  const auto block = static_cast<int64_t>(disk.f_frsize);
  Json metrics = Json::object();
  metrics["memory_total_bytes"] = findMeminfo(meminfo, "MemTotal");
  metrics["memory_available_bytes"] = findMeminfo(meminfo, "MemAvailable");
  metrics["disk_total_bytes"] = static_cast<int64_t>(disk.f_blocks) * block;
  metrics["disk_available_bytes"] = static_cast<int64_t>(disk.f_bavail) * block;
  const Traffic traffic = measureTraffic();
  metrics["network_received_bytes"] = traffic.receivedBytes;
  metrics["network_sent_bytes"] = traffic.sentBytes;
  metrics["processes"] = countTasks();
  exchange.reply(writeJson(metrics));
}

void getTasks(Agent&, Exchange& exchange, const std::string&, const Json&) {
  std::vector<Task> tasks = listTasks();
  Json reply = Json::object();
  reply["total"] = tasks.size();
  keepBusiest(tasks);
  AccountNames names;
  Json list = Json::array();
  for (const Task& task : tasks) list.push_back(describeTask(task, names));
  reply["tasks"] = std::move(list);
  exchange.reply(writeJson(reply));
}

}  // namespace forkd
