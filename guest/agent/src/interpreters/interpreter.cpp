#include "interpreters/interpreter.hpp"

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

Interpreter::Interpreter(EventLoop& loop, Reaper& reaper, const SandboxIdentity& sandbox, Language language)
    : reaper_(reaper), sandbox_(sandbox), language_(std::move(language)), channel_(loop, *this), out_(loop),
      err_(loop), startTimer_(loop, *this), callTimer_(loop, *this), killTimer_(loop, *this),
      locateTimer_(loop, *this) {}

void Interpreter::start(std::shared_ptr<Exchange> exchange) {
  unreportedExit_.clear();
  if (phase_ == Phase::ready || phase_ == Phase::busy) return exchange->reply(writeJson(describe()));
  waiting_.push_back(std::move(exchange));
  if (phase_ != Phase::starting) launch();
}

void Interpreter::restart(std::shared_ptr<Exchange> exchange) {
  unreportedExit_.clear();
  waiting_.push_back(std::move(exchange));
  if (pid_ < 0) return launch();
  restarting_ = true;
  killGroup();
}

void Interpreter::eval(EvalCall call) {
  if (pid_ < 0 && !language_.installed()) {
    return call.exchange->fail({ErrorCode::interpreterUnavailable, "there is no " + language_.program + " in this image"});
  }
  if (queue_.size() >= kMaxQueue) {
    return call.exchange->fail({ErrorCode::interpreterUnavailable, std::to_string(kMaxQueue) + " calls are waiting"});
  }
  queue_.push_back(std::move(call));
  if (phase_ == Phase::dead && !unreportedExit_.empty()) {
    queue_.back().exchange->reply(describeDeath("KernelDied", unreportedExit_, {}));
    queue_.pop_back();
    unreportedExit_.clear();
  }
  if (phase_ == Phase::idle || phase_ == Phase::dead) return launch();
  next();
}

void Interpreter::cancel(const Exchange& exchange) {
  if (current_ && current_->exchange.get() == &exchange) return interrupt();
  std::erase_if(queue_, [&](const EvalCall& call) { return call.exchange.get() == &exchange; });
}

void Interpreter::launch() {
  if (!language_.installed()) return onLaunchFailed("there is no " + language_.program + " in this image");
  StartedInterpreter started = startInterpreter(language_, sandbox_);
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

void Interpreter::onLaunchFailed(const std::string& why) {
  phase_ = language_.installed() ? Phase::dead : Phase::idle;
  failWaiting(name() + " does not start: " + why);
}

void Interpreter::failWaiting(const std::string& why) {
  const auto waiting = std::exchange(waiting_, {});
  const auto queue = std::exchange(queue_, {});
  for (const auto& exchange : waiting) exchange->fail({ErrorCode::interpreterUnavailable, why});
  for (const auto& call : queue) call.exchange->fail({ErrorCode::interpreterUnavailable, why});
}

/** Calls whose host has gone since are not begun. */
void Interpreter::next() {
  while (phase_ == Phase::ready && !queue_.empty()) {
    EvalCall call = std::move(queue_.front());
    queue_.pop_front();
    if (call.exchange->open()) begin(std::move(call));
  }
}

void Interpreter::begin(EvalCall call) {
  phase_ = Phase::busy;
  timedOut_ = false;
  statesExact_ = false;
  current_ = std::move(call);
  out_.begin();
  err_.begin();
  callStartedNs_ = monotonicNs();
  if (pendingNotice_ != ForkNotice::none) channel_.send("env\n" + takeNotice());
  channel_.send((current_->rehearsal ? "rehearse " : "eval ") + current_->mode + "\n" + std::exchange(current_->code, {}));
  if (current_->timeoutMs > 0) callTimer_.start(current_->timeoutMs);
}

CallOutcome Interpreter::finishCall() {
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

void Interpreter::interrupt() {
  if (killTimer_.active() || pid_ < 0) return;
  callTimer_.stop();
  ::kill(-pid_, SIGINT);
  killTimer_.start(kInterruptToKillMs);
}

void Interpreter::killGroup() {
  if (pid_ < 0) return;
  killed_ = true;
  ::kill(-pid_, SIGKILL);
}

void Interpreter::onTimer(Timer& timer) {
  if (&timer == &callTimer_) {
    timedOut_ = true;
    interrupt();
  } else if (&timer == &locateTimer_) {
    endLocate();
  } else {
    killGroup();
  }
}

void Interpreter::onExit(pid_t, int status) {
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
  const std::string startErrors = before == Phase::starting ? err_.finish() : std::string();
  if (wasCalled) {
    const EvalCall call = *std::exchange(current_, std::nullopt);
    const char* name = killed_ ? "KernelKilled" : "KernelDied";
    call.exchange->reply(describeDeath(name, describeEnd(status) + "; its state is lost", finishCall()));
  } else if (!restarted) {
    unreportedExit_ = describeEnd(status) + " between calls; its state is lost";
  }
  channel_.close();
  out_.close();
  err_.close();
  if (wasCalled || restarted) {
    unreportedExit_.clear();
    return launch();
  }
  if (before == Phase::starting) {
    unreportedExit_.clear();
    failWaiting(name() + " does not start: " + describeEnd(status) + "\n" + startErrors.substr(0, 4096));
  }
}

}  // namespace forkd
