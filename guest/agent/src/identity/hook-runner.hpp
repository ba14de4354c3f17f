#pragma once
#include <string>
#include <vector>

#include "identity/hook-directory.hpp"
#include "process/environment.hpp"
#include "process/reaper.hpp"

namespace forkd {

struct HookResult {
  std::string name;
  /** 128 + the signal's number when one ended it; 127 when it could not be started. */
  int exitCode = 0;
};

/** Runs the programs of a directory, one after the other, in the order of their names. */
class HookRunner final : public ExitListener, public TimerListener {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void onHooksDone() = 0;
  };

  HookRunner(EventLoop& loop, Reaper& reaper, const SandboxIdentity& sandbox, Owner& owner)
      : reaper_(reaper), sandbox_(sandbox), owner_(owner), timeout_(loop, *this) {}
  ~HookRunner() override;

  void run(HookDirectory& directory);
  const std::vector<HookResult>& results() const { return results_; }

  void onExit(pid_t pid, int status) override;
  void onTimer(Timer& timer) override;

 private:
  void next();

  Reaper& reaper_;
  const SandboxIdentity& sandbox_;
  Owner& owner_;
  Timer timeout_;
  std::string directory_;
  std::vector<std::string> names_;
  std::vector<HookResult> results_;
  pid_t pid_ = -1;
};

}  // namespace forkd
