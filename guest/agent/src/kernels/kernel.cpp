#include "kernels/kernel.hpp"

#include <signal.h>

#include "io/clock.hpp"
#include "process/process.hpp"

namespace forkd {

namespace {
constexpr int64_t kStartMs = 60'000;
constexpr int64_t kInterruptToKillMs = 2000;
constexpr size_t kMaxQueue = 256;

std::string describeEnd(int status) {
  const ProcessExit exit = describeExit(status);
  return exit.exitCode ? "the interpreter exited with status " + std::to_string(*exit.exitCode)
                       : "the interpreter was ended by " + exit.signal;
}
}  // namespace

Kernel::Kernel(EventLoop& loop, Reaper& reaper, const SandboxIdentity& sandbox, Interpreter interpreter)
    : reaper_(reaper), sandbox_(sandbox), interpreter_(std::move(interpreter)), channel_(loop, *this), out_(loop),
      err_(loop), startTimer_(loop, *this), callTimer_(loop, *this), killTimer_(loop, *this),
      locateTimer_(loop, *this) {}

void Kernel::start(std::shared_ptr<Exchange> exchange) {
  obituary_.clear();
  if (phase_ == Phase::ready || phase_ == Phase::busy) return exchange->reply(writeJson(describe()));
  waiting_.push_back(std::move(exchange));
  if (phase_ != Phase::starting) launch();
}

void Kernel::restart(std::shared_ptr<Exchange> exchange) {
  obituary_.clear();
  waiting_.push_back(std::move(exchange));
  if (pid_ < 0) return launch();
  restarting_ = true;
  killGroup();
}

void Kernel::eval(EvalCall call) {
  if (pid_ < 0 && !interpreter_.installed()) {
    return call.exchange->fail({ErrorCode::kernelUnavailable, "there is no " + interpreter_.program + " in this image"});
  }
  if (queue_.size() >= kMaxQueue) {
    return call.exchange->fail({ErrorCode::kernelUnavailable, std::to_string(kMaxQueue) + " calls are waiting"});
  }
  queue_.push_back(std::move(call));
  if (phase_ == Phase::dead && !obituary_.empty()) {
    queue_.back().exchange->reply(describeDeath("KernelDied", obituary_, {}));
    queue_.pop_back();
    obituary_.clear();
  }
  if (phase_ == Phase::idle || phase_ == Phase::dead) return launch();
  next();
}

void Kernel::cancel(const Exchange& exchange) {
  if (current_ && current_->exchange.get() == &exchange) return interrupt();
  std::erase_if(queue_, [&](const EvalCall& call) { return call.exchange.get() == &exchange; });
}

void Kernel::launch() {
  if (!interpreter_.installed()) return onLaunchFailed("there is no " + interpreter_.program + " in this image");
  StartedInterpreter started = startInterpreter(interpreter_, sandbox_);
  if (started.pid < 0) return onLaunchFailed(started.error);
  pid_ = started.pid;
  phase_ = Phase::starting;
  killed_ = false;
  forgetStates();
  reaper_.expect(pid_, *this);
  channel_.open(std::move(started.streams.frames), std::move(started.streams.calls));
  out_.open(std::move(started.streams.out));
  err_.open(std::move(started.streams.err));
  err_.begin();
  startTimer_.start(kStartMs);
}

void Kernel::onLaunchFailed(const std::string& why) {
  phase_ = interpreter_.installed() ? Phase::dead : Phase::idle;
  failWaiting(name() + " does not start: " + why);
}

void Kernel::failWaiting(const std::string& why) {
  const auto waiting = std::exchange(waiting_, {});
  const auto queue = std::exchange(queue_, {});
  for (const auto& exchange : waiting) exchange->fail({ErrorCode::kernelUnavailable, why});
  for (const auto& call : queue) call.exchange->fail({ErrorCode::kernelUnavailable, why});
}

/** Calls whose host has gone since are not begun. */
void Kernel::next() {
  while (phase_ == Phase::ready && !queue_.empty()) {
    EvalCall call = std::move(queue_.front());
    queue_.pop_front();
    if (call.exchange->open()) begin(std::move(call));
  }
}

void Kernel::begin(EvalCall call) {
  phase_ = Phase::busy;
  timedOut_ = false;
  statesExact_ = false;
  current_ = std::move(call);
  out_.begin();
  err_.begin();
  callStartedNs_ = monotonicNs();
  if (untold_ != ForkNews::none) channel_.send("env\n" + tellNews());
  channel_.send((current_->rehearsal ? "rehearse " : "eval ") + current_->mode + "\n" + std::exchange(current_->code, {}));
  if (current_->timeoutMs > 0) callTimer_.start(current_->timeoutMs);
}

CallOutcome Kernel::finishCall() {
  callTimer_.stop();
  killTimer_.stop();
  CallOutcome outcome;
  outcome.durationMs = toMs(monotonicNs() - callStartedNs_);
  outcome.out = out_.finish();
  outcome.err = err_.finish();
  outcome.truncated = out_.truncated() || err_.truncated();
  outcome.timedOut = timedOut_;
  return outcome;
}

void Kernel::interrupt() {
  if (killTimer_.active() || pid_ < 0) return;
  callTimer_.stop();
  ::kill(-pid_, SIGINT);
  killTimer_.start(kInterruptToKillMs);
}

void Kernel::killGroup() {
  if (pid_ < 0) return;
  killed_ = true;
  ::kill(-pid_, SIGKILL);
}

void Kernel::onTimer(Timer& timer) {
  if (&timer == &callTimer_) {
    timedOut_ = true;
    interrupt();
  } else if (&timer == &locateTimer_) {
    endLocate();
  } else {
    killGroup();
  }
}

void Kernel::onExit(pid_t, int status) {
  // An answer may have come just before the end.
  channel_.receiveAll();
  const Phase before = std::exchange(phase_, Phase::dead);
  const bool restarted = std::exchange(restarting_, false);
  pid_ = -1;
  startTimer_.stop();
  endReseed(describeEnd(status));
  forgetStates();
  endLocate();
  const bool wasCalled = current_.has_value();
  const std::string lastWords = before == Phase::starting ? err_.finish() : std::string();
  if (wasCalled) {
    const EvalCall call = *std::exchange(current_, std::nullopt);
    const char* name = killed_ ? "KernelKilled" : "KernelDied";
    call.exchange->reply(describeDeath(name, describeEnd(status) + "; its state is lost", finishCall()));
  } else if (!restarted) {
    obituary_ = describeEnd(status) + " between calls; its state is lost";
  }
  channel_.close();
  out_.close();
  err_.close();
  if (wasCalled || restarted) {
    obituary_.clear();
    return launch();
  }
  if (before == Phase::starting) {
    obituary_.clear();
    failWaiting(name() + " does not start: " + describeEnd(status) + "\n" + lastWords.substr(0, 4096));
  }
}

}  // namespace forkd
