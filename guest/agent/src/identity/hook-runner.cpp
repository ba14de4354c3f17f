#include "identity/hook-runner.hpp"

#include <signal.h>
#include <sys/wait.h>

#include "process/spawn.hpp"

namespace forkd {

namespace {
constexpr int64_t kHookMs = 5000;
constexpr int kNotStarted = 127;

}  // namespace

HookRunner::~HookRunner() {
  if (pid_ < 0) return;
  reaper_.forget(pid_);
  ::kill(-pid_, SIGKILL);
}

void HookRunner::run(HookDirectory& directory) {
  directory_ = directory.path();
  names_ = directory.list();
  next();
}

void HookRunner::next() {
  while (!names_.empty()) {
    const std::string name = std::move(names_.back());
    names_.pop_back();
    const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    SpawnPlan plan;
    plan.args = {directory_ + "/" + name};
    plan.account = ownAccount();
    plan.env = asAssignments(buildEnvironment(sandbox_, plan.account, {}));
    plan.cwd = "/";
    plan.fds = {null.get(), null.get(), null.get()};
    pid_ = spawn(plan).pid;
    results_.push_back({name, kNotStarted});
    if (pid_ < 0) continue;
    reaper_.expect(pid_, *this);
    return timeout_.start(kHookMs);
  }
  owner_.onHooksDone();
}

void HookRunner::onExit(pid_t, int status) {
  pid_ = -1;
  timeout_.stop();
  results_.back().exitCode = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  next();
}

void HookRunner::onTimer(Timer&) { ::kill(-pid_, SIGKILL); }

}  // namespace forkd
