#include "identity/hook-runner.hpp"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>

#include "process/spawn.hpp"

namespace forkd {

namespace {
constexpr int64_t kHookMs = 5000;
constexpr size_t kMaxHooks = 256;
constexpr int kNotStarted = 127;

std::vector<std::string> findExecutables(const std::string& directory) {
  std::vector<std::string> names;
  DIR* listing = ::opendir(directory.c_str());
  if (listing == nullptr) return names;
  while (const dirent* entry = ::readdir(listing)) {
    const std::string name = entry->d_name;
    struct stat info{};
    if (name.front() == '.' || ::stat((directory + "/" + name).c_str(), &info) != 0) continue;
    if (S_ISREG(info.st_mode) && (info.st_mode & 0111) != 0 && names.size() < kMaxHooks) names.push_back(name);
  }
  ::closedir(listing);
  // Taken from the end, one by one.
  std::ranges::sort(names, std::greater<>());
  return names;
}
}  // namespace

HookRunner::~HookRunner() {
  if (pid_ < 0) return;
  reaper_.forget(pid_);
  ::kill(-pid_, SIGKILL);
}

void HookRunner::run(const std::string& directory) {
  directory_ = directory;
  names_ = findExecutables(directory);
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
