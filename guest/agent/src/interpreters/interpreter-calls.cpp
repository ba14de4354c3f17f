// A call, from its turn to its answer.
#include <signal.h>

#include "interpreters/interpreter.hpp"
#include "interpreters/shell-dialect.hpp"
#include "io/clock.hpp"

namespace forkd {

namespace {
constexpr int64_t kInterruptToKillMs = 2000;
// bash forgets an interrupt that comes while it starts a command, or when one has just ended.
constexpr int64_t kInsistMs = 200;
constexpr int kInsistTimes = 8;
constexpr size_t kMaxResults = 64;
constexpr size_t kMaxResultBytes = 16 * 1024 * 1024;
}  // namespace

void Interpreter::cancel(const Exchange& exchange) {
  if (current_ && current_->exchange.get() == &exchange) return interrupt();
  std::erase_if(queue_, [&](const EvalCall& call) { return call.exchange.get() == &exchange; });
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
  resultCount_ = 0;
  resultBytes_ = 0;
  resultsCut_ = false;
  if (!call.rehearsal) ++calls_;
  if (call.stream) feed_ = EvalFeed::open(*call.exchange, *this);
  current_ = std::move(call);
  out_.begin(feed_);
  err_.begin(feed_);
  callStartedNs_ = monotonicNs();
  say(*current_);
  current_->code = {};
  if (current_->timeoutMs > 0) callTimer_.start(current_->timeoutMs);
}

void Interpreter::say(const EvalCall& call) {
  if (isShell()) return channel_.write(writeShellCall(call.code, calls_));
  if (pendingNotice_ != ForkNotice::none) channel_.send("env\n" + takeNotice());
  const char* op = call.rehearsal ? "rehearse " : call.stream ? "stream " : "eval ";
  channel_.send(op + call.mode + "\n" + call.code);
}

void Interpreter::onResultFrame(const Json& frame) {
  if (phase_ != Phase::busy) return;
  // A shell that was interrupted is asked twice.
  if (isShell() && findInteger(frame, "call") != calls_) return;
  phase_ = Phase::ready;
  const EvalCall call = *std::exchange(current_, std::nullopt);
  answer(call, describeResult(frame, finishCall()));
  next();
}

void Interpreter::onDisplayFrame(const Json& frame) {
  if (phase_ != Phase::busy) return;
  std::optional<std::string> result = describeDisplay(frame);
  if (!result) return onBrokenFrame();
  if (resultCount_ >= kMaxResults || resultBytes_ + result->size() > kMaxResultBytes) {
    resultsCut_ = true;
    return;
  }
  ++resultCount_;
  resultBytes_ += result->size();
  if (!feed_) return results_.push_back(std::move(*result));
  // What was printed before it comes before it.
  out_.drain();
  err_.drain();
  feed_->write(EvalFrame::result, *result);
  if (feed_->full()) channel_.pause();
}

void Interpreter::onRoom() {
  out_.resume();
  err_.resume();
  channel_.resume();
}

CallOutcome Interpreter::finishCall() {
  callTimer_.stop();
  killTimer_.stop();
  insistTimer_.stop();
  CallOutcome outcome;
  outcome.durationMs = toMs(monotonicNs() - callStartedNs_);
  outcome.out = out_.finish();
  outcome.err = err_.finish();
  outcome.truncated = out_.truncated() || err_.truncated() || resultsCut_ || (feed_ && feed_->dropped());
  outcome.timedOut = timedOut_;
  outcome.number = calls_;
  outcome.results = std::exchange(results_, {});
  return outcome;
}

void Interpreter::answer(const EvalCall& call, std::string reply) {
  if (const auto feed = std::exchange(feed_, nullptr)) return feed->end(reply);
  call.exchange->reply(std::move(reply));
}

bool Interpreter::interruptCall() {
  if (phase_ != Phase::busy) return false;
  insistsLeft_ = kInsistTimes;
  sendInterrupt();
  return true;
}

void Interpreter::sendInterrupt() {
  ::kill(-pid_, SIGINT);
  if (!isShell()) return;
  channel_.write(writeShellAnswer(calls_));
  if (insistsLeft_-- > 0) insistTimer_.start(kInsistMs);
}

void Interpreter::interrupt() {
  if (killTimer_.active() || pid_ < 0) return;
  callTimer_.stop();
  insistsLeft_ = kInsistTimes;
  // It may be in the middle of writing to a reader who is slow, which no interrupt ends.
  if (feed_) feed_->hurry();
  sendInterrupt();
  killTimer_.start(kInterruptToKillMs);
}

std::string Interpreter::takeNotice() {
  if (std::exchange(pendingNotice_, ForkNotice::none) != ForkNotice::machine) return {};
  std::string block = "FORKD_SANDBOX_ID=" + sandbox_.sandboxId;
  block += '\0';
  block += "FORKD_CHILD_INDEX=" + std::to_string(sandbox_.childIndex);
  for (const auto& [name, value] : sandbox_.env) {
    if (setting_.env.contains(name)) continue;
    block += '\0';
    block += name + "=" + value;
  }
  return block;
}

void Interpreter::sendReseed() {
  if (isShell()) return channel_.write(writeShellNotice(takeNotice()));
  channel_.send("fork " + std::to_string(sandbox_.generation) + "\n" + takeNotice());
  if (phase_ == Phase::busy && language_.attentionSignal != 0) ::kill(pid_, language_.attentionSignal);
}

}  // namespace forkd
