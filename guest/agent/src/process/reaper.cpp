#include "process/reaper.hpp"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

namespace forkd {

static Fd openChildSignals() {
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child, nullptr);
  return Fd(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
}

Reaper::Reaper(EventLoop& loop) : signals_(openChildSignals()), watch_(loop, *this) {
  watch_.start(signals_.get(), EPOLLIN);
}

void Reaper::onReady(int fd, uint32_t) {
  signalfd_siginfo info[8];
  while (::read(fd, info, sizeof info) > 0) {
  }
  int status = 0;
  for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    const auto at = listeners_.find(pid);
    if (at == listeners_.end()) continue;
    ExitListener* listener = at->second;
    listeners_.erase(at);
    listener->onExit(pid, status);
  }
}

}  // namespace forkd
