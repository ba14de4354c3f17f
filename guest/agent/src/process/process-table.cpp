#include "process/process-table.hpp"

#include <algorithm>

namespace forkd {

std::variant<std::shared_ptr<Process>, Failure> ProcessTable::start(const Command& command,
                                                                   const SandboxIdentity& sandbox) {
  forgetUnlisted();
  if (command.listed) {
    evictEnded();
    if (processes_.size() >= kMaxProcesses) {
      return Failure{ErrorCode::internal, std::to_string(kMaxProcesses) + " commands are running already"};
    }
  }
  auto process = std::make_shared<Process>(loop_, reaper_);
  if (auto failure = process->start(command, sandbox)) return *failure;
  (command.listed ? processes_ : unlisted_)[process->pid()] = process;
  return process;
}

std::shared_ptr<Process> ProcessTable::find(pid_t pid) const {
  const auto unlisted = unlisted_.find(pid);
  if (unlisted != unlisted_.end()) return unlisted->second;
  const auto at = processes_.find(pid);
  return at == processes_.end() ? nullptr : at->second;
}

/** Those that have ended: nobody knows of them who could ask for their output. */
void ProcessTable::forgetUnlisted() {
  std::erase_if(unlisted_, [](const auto& entry) { return entry.second->ended(); });
}

/** Ended ones go in the order of their start; that is close enough to the order of their end. */
void ProcessTable::evictEnded() {
  const auto isEnded = [](const auto& entry) { return entry.second->ended(); };
  auto ended = static_cast<size_t>(std::ranges::count_if(processes_, isEnded));
  while (ended >= kKeptEnded) {
    auto oldest = processes_.end();
    for (auto at = processes_.begin(); at != processes_.end(); ++at) {
      if (!isEnded(*at)) continue;
      if (oldest == processes_.end() || at->second->startedNs() < oldest->second->startedNs()) oldest = at;
    }
    processes_.erase(oldest);
    --ended;
  }
}

}  // namespace forkd
