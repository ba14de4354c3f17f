#include <fcntl.h>

#include <cstring>

#include "io/sync-disk.hpp"
#include "process/spawn.hpp"
#include "routes/routes.hpp"

namespace forkd {

namespace {
/**
 * Waits for an interpreter to be ready for a fork, and for the disk, so that nobody else has to. It begins with one
 * thing to wait for, which is to be finished when all others are known.
 */
class SyncReply final : public ExitListener, public LocateListener {
 public:
  explicit SyncReply(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}

  void waitFor(Interpreter& interpreter) {
    if (interpreter.locate(*this)) ++left_;
  }

  /**
   * In a program of its own: fork(2) would mark all of the agent's memory copy-on-write just before it is frozen, and
   * every child would take a page fault for each page of it.
   */
  void waitForDisk(Reaper& reaper) {
    const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    SpawnPlan plan;
    plan.args = {"/proc/self/exe", kSyncDiskWord};
    plan.account = ownAccount();
    plan.cwd = "/";
    plan.fds = {null.get(), null.get(), null.get()};
    const Spawned spawned = spawn(plan);
    if (spawned.pid < 0) return exchange_->fail({ErrorCode::internal, std::string("sync: ") + ::strerror(spawned.error)});
    ++left_;
    reaper.expect(spawned.pid, *this);
  }

  void onExit(pid_t, int) override { finishOne(); }
  void onLocated() override { finishOne(); }

  void finishOne() {
    if (--left_ > 0) return;
    exchange_->reply("{}");
    delete this;
  }

 private:
  std::shared_ptr<Exchange> exchange_;
  int left_ = 1;
};
}  // namespace

void postSync(Agent& agent, Exchange& exchange, const std::string&, const Json& body) {
  SyncReply& reply = *new SyncReply(exchange.shared_from_this());
  for (const auto& interpreter : agent.contexts.all()) reply.waitFor(*interpreter);
  if (!agent.options.hosted && findFlag(body, "disk", true)) reply.waitForDisk(agent.reaper);
  reply.finishOne();
}

}  // namespace forkd
