#pragma once
#include <deque>
#include <map>
#include <memory>
#include <variant>

#include "process/process.hpp"

namespace forkd {

/** The commands that were started for the host: all that run, and those that ended last. Some are not listed. */
class ProcessTable {
 public:
  ProcessTable(EventLoop& loop, Reaper& reaper) : loop_(loop), reaper_(reaper) {}

  std::variant<std::shared_ptr<Process>, Failure> start(const Command& command, const SandboxIdentity& sandbox);
  std::shared_ptr<Process> find(pid_t pid) const;
  const std::map<pid_t, std::shared_ptr<Process>>& listed() const { return processes_; }
  void forgetUnlisted();

 private:
  static constexpr size_t kMaxProcesses = 1024;
  static constexpr size_t kKeptEnded = 64;

  void evictEnded();

  EventLoop& loop_;
  Reaper& reaper_;
  std::map<pid_t, std::shared_ptr<Process>> processes_;
  std::map<pid_t, std::shared_ptr<Process>> unlisted_;
};

}  // namespace forkd
