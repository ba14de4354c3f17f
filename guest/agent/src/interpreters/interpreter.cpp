#include "interpreters/interpreter.hpp"

#include <signal.h>

#include "interpreters/shell-dialect.hpp"
#include "process/process.hpp"

namespace forkd {

namespace {
constexpr int64_t kStartMs = 60'000;
constexpr size_t kMaxQueue = 256;

std::string describeEnd(int status) {
  const ProcessExit exit = describeExit(status);
  return exit.exitCode ? "the interpreter exited with status " + std::to_string(*exit.exitCode)
                       : "the interpreter was ended by " + exit.signal;
}
}  // namespace

Interpreter::Interpreter(const Surroundings& surroundings, std::string name, Language language,
                         InterpreterSetting setting)
    : reaper_(surroundings.reaper), sandbox_(surroundings.sandbox), owner_(surroundings.owner), name_(std::move(name)),
      language_(std::move(language)), setting_(std::move(setting)), channel_(surroundings.loop, *this),
      out_(surroundings.loop, EvalFrame::out), err_(surroundings.loop, EvalFrame::err),
      startTimer_(surroundings.loop, *this), callTimer_(surroundings.loop, *this),
      killTimer_(surroundings.loop, *this), insistTimer_(surroundings.loop, *this),
      locateTimer_(surroundings.loop, *this) {}

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

void Interpreter::remove(std::shared_ptr<Exchange> exchange) {
  removal_ = std::move(exchange);
  failWaiting(name_ + " was removed");
  if (pid_ >= 0) return killGroup();
  removal_->reply("{}");
  owner_.onGone(*this);
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

void Interpreter::launch() {
  if (!language_.installed()) return onLaunchFailed("there is no " + language_.program + " in this image");
  StartedInterpreter started = startInterpreter(language_, setting_, sandbox_);
  if (started.pid < 0) return onLaunchFailed(started.error);
  pid_ = started.pid;
  phase_ = Phase::starting;
  killed_ = false;
  endedAtFork_.clear();
  calls_ = 0;
  forgetStates();
  reaper_.expect(pid_, *this);
  channel_.open(std::move(started.streams.frames), std::move(started.streams.calls));
  out_.open(std::move(started.streams.out));
  err_.open(std::move(started.streams.err));
  err_.begin();
  if (isShell()) channel_.write(greetShell());
  startTimer_.start(kStartMs);
}

void Interpreter::onLaunchFailed(const std::string& why) {
  phase_ = language_.installed() ? Phase::dead : Phase::idle;
  endStart(why);
}

void Interpreter::endStart(const std::string& why) {
  failWaiting(language_.name + " does not start: " + why);
  if (!wasReady_) owner_.onGone(*this);
}

void Interpreter::failWaiting(const std::string& why) {
  const auto waiting = std::exchange(waiting_, {});
  const auto queue = std::exchange(queue_, {});
  for (const auto& exchange : waiting) exchange->fail({ErrorCode::interpreterUnavailable, why});
  for (const auto& call : queue) call.exchange->fail({ErrorCode::interpreterUnavailable, why});
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
  } else if (&timer == &insistTimer_) {
    if (phase_ == Phase::busy) sendInterrupt();
  } else {
    killGroup();
  }
}

void Interpreter::onExit(pid_t, int status) {
  // An answer may have come just before the end.
  channel_.receiveAll();
  const Phase before = std::exchange(phase_, Phase::dead);
  const bool restarted = std::exchange(restarting_, false);
  // What it has started, and left in its group, is of a state that is lost.
  ::kill(-std::exchange(pid_, -1), SIGKILL);
  startTimer_.stop();
  const std::string reason = std::exchange(killReason_, {});
  const std::string end = reason.empty() ? describeEnd(status) : reason;
  leaveReseed(end);
  forgetStates();
  endLocate();
  const bool wasCalled = current_.has_value();
  const std::string startErrors = before == Phase::starting ? err_.finish() : std::string();
  if (wasCalled) {
    const EvalCall call = *std::exchange(current_, std::nullopt);
    const char* name = killed_ ? "KernelKilled" : "KernelDied";
    CallOutcome outcome = finishCall();
    if (isShell()) outcome.exitStatus = describeExit(status).exitCode;
    answer(call, describeDeath(name, end + "; its state is lost", std::move(outcome)));
  } else if (!restarted) {
    unreportedExit_ = end + " between calls; its state is lost";
  }
  channel_.close();
  out_.close();
  err_.close();
  if (removal_) {
    removal_->reply("{}");
    return owner_.onGone(*this);
  }
  if (wasCalled || restarted) {
    unreportedExit_.clear();
    return launch();
  }
  if (before == Phase::starting) {
    unreportedExit_.clear();
    endStart(describeEnd(status) + "\n" + startErrors.substr(0, 4096));
  }
}

}  // namespace forkd
