#include "process/spawn.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "io/text-file.hpp"
#include "process/descriptor-limit.hpp"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_UNPOISON_MEMORY_REGION(start, size)
#endif

namespace forkd {

namespace {
constexpr int kFirstSpareFd = 64;
constexpr size_t kMaxFds = 8;

/** All that the child needs, made before it starts: it shares the agent's memory and must not allocate. */
struct Launch {
  const SpawnPlan& plan;
  std::vector<std::string> candidates;
  std::vector<char*> argv;
  std::vector<char*> shellArgv;
  std::vector<char*> envp;
  SpawnStep step = SpawnStep::none;
  int error = 0;
};

std::vector<char*> pointersTo(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const auto& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> candidatesFor(const std::string& command, std::string_view searchPath) {
  if (command.find('/') != std::string::npos) return {command};
  std::vector<std::string> candidates;
  while (!searchPath.empty() && !command.empty()) {
    const std::string_view directory = takeField(searchPath, ':');
    candidates.push_back((directory.empty() ? std::string(".") : std::string(directory)) + "/" + command);
  }
  return candidates;
}

Launch prepare(const SpawnPlan& plan) {
  Launch launch{plan, candidatesFor(plan.args[0], plan.searchPath), pointersTo(plan.args), {}, pointersTo(plan.env)};
  launch.shellArgv = {const_cast<char*>("/bin/sh"), nullptr};
  launch.shellArgv.insert(launch.shellArgv.end(), launch.argv.begin() + 1, launch.argv.end());
  return launch;
}

bool placeDescriptors(const std::vector<int>& fds) {
  std::array<int, kMaxFds> spare{};
  for (size_t i = 0; i < fds.size(); ++i) {
    spare[i] = ::fcntl(fds[i], F_DUPFD_CLOEXEC, kFirstSpareFd);
    if (spare[i] < 0) return false;
  }
  for (size_t i = 0; i < fds.size(); ++i) {
    if (::dup2(spare[i], static_cast<int>(i)) < 0) return false;
  }
  // Kernels before 5.9 lack it; all of the agent's descriptors are closed on exec anyway.
  ::syscall(SYS_close_range, fds.size(), ~0U, 0);
  return true;
}

/** Raw system calls: glibc's own would also speak to threads, of which there are none. */
bool becomeAccount(const Account& account) {
  if (::geteuid() != 0) return account.uid == ::geteuid();
  return ::syscall(SYS_setgroups, account.groups.size(), account.groups.data()) == 0 &&
         ::syscall(SYS_setresgid, account.gid, account.gid, account.gid) == 0 &&
         ::syscall(SYS_setresuid, account.uid, account.uid, account.uid) == 0;
}

bool enterDirectory(const SpawnPlan& plan) {
  if (::chdir(plan.cwd.c_str()) == 0) return true;
  return plan.cwdOptional && ::chdir("/") == 0;
}

/** Returns only when no candidate could be run, with errno set. */
void execute(Launch& launch) {
  int error = ENOENT;
  for (const auto& candidate : launch.candidates) {
    ::execve(candidate.c_str(), launch.argv.data(), launch.envp.data());
    if (errno == ENOEXEC) {
      launch.shellArgv[1] = const_cast<char*>(candidate.c_str());
      ::execve("/bin/sh", launch.shellArgv.data(), launch.envp.data());
      errno = ENOEXEC;
    }
    if (errno != ENOENT && errno != ENOTDIR) error = errno;
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) break;
  }
  errno = error;
}

void resetSignals() {
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void resetOomScore() {
  const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const ssize_t done = ::write(fd, "0", 1);
  ::close(fd);
}

int runChild(void* argument) {
  Launch& launch = *static_cast<Launch*>(argument);
  const SpawnPlan& plan = launch.plan;
  resetOomScore();
  const auto attempt = [&](SpawnStep step, bool ok) {
    if (ok) return;
    launch.error = errno;
    launch.step = step;
    ::_exit(127);
  };
  attempt(SpawnStep::session, ::setsid() >= 0);
  attempt(SpawnStep::descriptors, placeDescriptors(plan.fds));
  restoreDescriptorLimit();
  if (plan.onTerminal) attempt(SpawnStep::terminal, ::ioctl(0, TIOCSCTTY, 0) == 0);
  attempt(SpawnStep::credentials, becomeAccount(plan.account));
  attempt(SpawnStep::directory, enterDirectory(plan));
  ::umask(022);
  resetSignals();
  execute(launch);
  attempt(SpawnStep::execute, false);
  return 127;
}
}  // namespace

Spawned spawn(const SpawnPlan& plan) {
  Launch launch = prepare(plan);
  alignas(16) static char stack[64 * 1024];
  // The child before it left its frames by exec, which the sanitizer does not see.
  ASAN_UNPOISON_MEMORY_REGION(stack, sizeof stack);
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  // As vfork(): the agent's memory is neither copied nor marked copy-on-write, and the agent waits for the exec.
  const pid_t pid = ::clone(runChild, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &launch);
  const int cloneError = errno;
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return {-1, SpawnStep::process, cloneError};
  if (launch.step == SpawnStep::none) return {pid, SpawnStep::none, 0};
  ::waitpid(pid, nullptr, 0);
  return {-1, launch.step, launch.error};
}

void resetSignalDispositions() {
  for (int number = 1; number <= SIGRTMAX; ++number) ::signal(number, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace forkd
