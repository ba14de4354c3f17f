#include <fcntl.h>

#include <cstring>

#include "io/sync-disk.hpp"
#include "process/spawn.hpp"
#include "routes/routes.hpp"

namespace forkd {

namespace {
/** Waits for the process that syncs, so that nobody else has to. */
class SyncReply final : public ExitListener {
 public:
  explicit SyncReply(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  void onExit(pid_t, int) override {
    exchange_->reply("{}");
    delete this;
  }

 private:
  std::shared_ptr<Exchange> exchange_;
};
}  // namespace

/**
 * In a program of its own: fork(2) would mark all of the agent's memory copy-on-write just before it is frozen, and
 * every child would take a page fault for each page of it.
 */
void postSync(Agent& agent, Exchange& exchange, const std::string&, const Json&) {
  if (agent.options.hosted) return exchange.reply("{}");
  const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  SpawnPlan plan;
  plan.args = {"/proc/self/exe", kSyncDiskWord};
  plan.account = ownAccount();
  plan.cwd = "/";
  plan.fds = {null.get(), null.get(), null.get()};
  const Spawned spawned = spawn(plan);
  if (spawned.pid < 0) return exchange.fail({ErrorCode::internal, std::string("sync: ") + ::strerror(spawned.error)});
  agent.reaper.expect(spawned.pid, *new SyncReply(exchange.shared_from_this()));
}

}  // namespace forkd
