#include "identity/fork-job.hpp"

#include <cstring>

#include "agent.hpp"
#include "io/clock.hpp"
#include "io/new-file.hpp"

namespace forkd {

namespace {
/** Of one that hangs the state is lost, so that no slow machine may come near. */
constexpr int64_t kReseedMs = 20'000;
/** What is told to end is waited for, but for longer only if the kernel does not let it. */
constexpr int64_t kEndMs = 2'000;
constexpr size_t kMaxWhyBytes = 256;
}  // namespace

ForkJob::ForkJob(Agent& agent, std::shared_ptr<Exchange> exchange, ForkRequest request)
    : agent_(agent), exchange_(std::move(exchange)), request_(std::move(request)),
      hooks_(agent.loop, agent.reaper, agent.sandbox, *this), reseedTimeout_(agent.loop, *this) {}

ForkJob::~ForkJob() {
  for (const auto& interpreter : agent_.contexts.all()) interpreter->forgetReseed();
}

void ForkJob::run() {
  if (!renewMachine()) return;
  if (request_.rehearsal ? rehearseNames() : nameMachine() && joinNetwork() && writeFiles()) reseedInterpreters();
}

bool ForkJob::renewMachine() {
  if (agent_.options.hosted) {
    if (!check("entropy", agent_.machine.mixEntropy(request_.entropy))) return false;
  } else {
    if (!check("clock", agent_.machine.setRealtime(request_.realtimeNs))) return false;
    agent_.machine.discardHostEntropy();
    if (!check("entropy", agent_.machine.creditEntropy(request_.entropy))) return false;
  }
  reseeded_.emplace_back("kernel");
  return true;
}

bool ForkJob::nameMachine() {
  if (!agent_.options.hosted) {
    if (!request_.hostname.empty() && !check("hostname", agent_.machine.setHostname(request_.hostname))) return false;
    if (!request_.machineId.empty() && !check("machine-id", agent_.machine.setMachineId(request_.machineId))) return false;
  }
  SandboxIdentity& sandbox = agent_.sandbox;
  sandbox.sandboxId = request_.sandboxId;
  sandbox.childIndex = request_.childIndex;
  sandbox.env = request_.env;
  sandbox.generation += 1;
  return true;
}

bool ForkJob::rehearseNames() {
  if (agent_.options.hosted) return true;
  return check("hostname", agent_.machine.rewriteHostname()) && check("machine-id", agent_.machine.rewriteMachineId());
}

bool ForkJob::joinNetwork() {
  if (agent_.options.hosted) return true;
  return check("network", request_.network ? agent_.card.join(*request_.network) : agent_.card.leave());
}

bool ForkJob::writeFiles() {
  for (const ForkFile& file : request_.files) {
    const int error = replaceFile(agent_.options.root + file.path, file.content, file.mode);
    if (!check("file " + file.path, error)) return false;
  }
  return true;
}

void ForkJob::reseedInterpreters() {
  // One more than there are answers to come, so that the hooks begin only after all were asked.
  reseedsLeft_ = 1;
  const ForkNotice notice = request_.rehearsal ? ForkNotice::states : ForkNotice::machine;
  for (const auto& interpreter : agent_.contexts.all()) {
    if (!interpreter->endedAtFork().empty()) tellEnded(interpreter->name(), interpreter->endedAtFork());
    const Reseeding reseeding = interpreter->reseed(*this, notice);
    if (reseeding == Reseeding::done) reseeded_.push_back(interpreter->name());
    if (reseeding == Reseeding::asked) ++reseedsLeft_;
  }
  if (reseedsLeft_ > 1) reseedTimeout_.start(kReseedMs);
  onReseedSettled();
}

void ForkJob::onReseeded(const std::string& interpreter, const std::string& error) {
  if (failed_) return;
  if (!error.empty()) return fail("reseed of " + interpreter + ": " + error);
  reseeded_.push_back(interpreter);
  onReseedSettled();
}

void ForkJob::onEnded(const std::string& interpreter, const std::string& why) {
  if (failed_) return;
  tellEnded(interpreter, why);
  onReseedSettled();
}

void ForkJob::tellEnded(const std::string& interpreter, const std::string& why) {
  Json item = Json::object();
  item["context"] = interpreter;
  item["why"] = why.substr(0, kMaxWhyBytes);
  ended_.push_back(std::move(item));
}

void ForkJob::onReseedSettled() {
  if (--reseedsLeft_ == 0) runHooks();
}

/** One context that hangs is no reason not to fork: it does not live to draw what its siblings draw. */
void ForkJob::onTimer(Timer&) {
  if (std::exchange(ending_, true)) return runHooks();
  reseedTimeout_.start(kEndMs);
  for (const auto& interpreter : agent_.contexts.all()) {
    interpreter->endUnlessReseeded("the interpreter took no new random states in 20 s of a fork, and was ended");
  }
}

void ForkJob::runHooks() {
  reseedTimeout_.stop();
  for (const auto& interpreter : agent_.contexts.all()) interpreter->forgetReseed();
  if (agent_.options.hosted && agent_.options.root.empty()) return onHooksDone();
  if (!request_.rehearsal) return hooks_.run(agent_.hooks);
  agent_.hooks.list();
  onHooksDone();
}

void ForkJob::onHooksDone() {
  if (!check("fork.json", publish())) return;
  Json report = Json::object();
  report["realtime_ns"] = std::to_string(realtimeNs());
  report["monotonic_ns"] = std::to_string(monotonicNs());
  report["generation"] = agent_.sandbox.generation;
  report["reseeded"] = reseeded_;
  if (request_.network) report["network"] = true;
  if (!ended_.items().empty()) report["ended"] = std::move(ended_);
  report["hooks"] = Json::array();
  for (const HookResult& hook : hooks_.results()) {
    Json item = Json::object();
    item["name"] = hook.name;
    item["exit_code"] = hook.exitCode;
    report["hooks"].push_back(std::move(item));
  }
  exchange_->reply(writeJson(report));
}

int ForkJob::publish() const {
  if (agent_.options.hosted && agent_.options.root.empty()) return 0;
  Json report = Json::object();
  report["sandbox_id"] = request_.sandboxId;
  report["child_index"] = request_.childIndex;
  report["generation"] = agent_.sandbox.generation;
  report["args"] = request_.args;
  const std::string text = writeJson(report);
  // Programs wait for it.
  return request_.rehearsal ? 0 : agent_.machine.publish(text);
}

bool ForkJob::check(const std::string& step, int error) {
  if (error != 0) fail(step + ": " + ::strerror(error));
  return error == 0;
}

void ForkJob::fail(const std::string& message) {
  failed_ = true;
  reseedTimeout_.stop();
  exchange_->fail({ErrorCode::internal, message});
}

}  // namespace forkd
