#pragma once
#include <sys/types.h>

#include <unordered_map>

#include "io/event-loop.hpp"

namespace forkd {

class ExitListener {
 public:
  virtual ~ExitListener() = default;
  /** `status` as waitpid(2) gives it. */
  virtual void onExit(pid_t pid, int status) = 0;
};

/** Collects every child that ends, also the orphans that init inherits, and tells whoever started it. */
class Reaper final : public FdListener {
 public:
  explicit Reaper(EventLoop& loop);

  /** Once; it is forgotten when the process has ended. */
  void expect(pid_t pid, ExitListener& listener) { listeners_[pid] = &listener; }
  void forget(pid_t pid) { listeners_.erase(pid); }

  void onReady(int fd, uint32_t events) override;

 private:
  Fd signals_;
  FdWatch watch_;
  std::unordered_map<pid_t, ExitListener*> listeners_;
};

}  // namespace forkd
