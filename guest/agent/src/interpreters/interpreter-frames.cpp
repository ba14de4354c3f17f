// What an interpreter says, and what is said to it besides calls.
#include <signal.h>

#include <algorithm>

#include "interpreters/interpreter.hpp"

namespace forkd {

static constexpr int64_t kLocateMs = 5000;

const char* nameOf(InterpreterState state) {
  static constexpr const char* kNames[] = {"absent", "idle", "starting", "ready", "busy", "dead"};
  return kNames[static_cast<size_t>(state)];
}

InterpreterState Interpreter::state() const {
  switch (phase_) {
    case Phase::idle:
      return language_.installed() ? InterpreterState::idle : InterpreterState::absent;
    case Phase::starting:
      return InterpreterState::starting;
    case Phase::ready:
      return InterpreterState::ready;
    case Phase::busy:
      return InterpreterState::busy;
    case Phase::dead:
      break;
  }
  return InterpreterState::dead;
}

Json Interpreter::describe() const {
  const bool up = phase_ == Phase::ready || phase_ == Phase::busy;
  Json json = Json::object();
  json["id"] = name_;
  json["language"] = language_.name;
  json["cwd"] = setting_.cwd.empty() ? ownAccount().home : setting_.cwd;
  json["state"] = nameOf(state());
  json["pid"] = pid_ < 0 ? Json() : Json(pid_);
  json["version"] = up ? Json(version_) : Json();
  return json;
}

void Interpreter::onFrame(std::string_view text) {
  const auto frame = parseObject(text);
  const std::string* op = frame ? findString(*frame, "op") : nullptr;
  if (op == nullptr) return onBrokenFrame();
  if (*op == "result") {
    onResultFrame(*frame);
  } else if (*op == "display") {
    onDisplayFrame(*frame);
  } else if (*op == "forked") {
    onReseedFrame(*frame);
  } else if (*op == "located") {
    onLocatedFrame(*frame);
  } else if (*op == "ready") {
    onReadyFrame(*frame);
  } else {
    onBrokenFrame();
  }
}

/** Nothing that it says behind that counts. */
void Interpreter::onBrokenFrame() {
  channel_.close();
  killGroup();
}

void Interpreter::onReadyFrame(const Json& frame) {
  if (phase_ != Phase::starting) return;
  phase_ = Phase::ready;
  wasReady_ = true;
  startTimer_.stop();
  const std::string* version = findString(frame, "version");
  version_ = version == nullptr ? "" : version->substr(0, 64);
  const auto waiting = std::exchange(waiting_, {});
  for (const auto& exchange : waiting) exchange->reply(writeJson(describe()));
  if (pendingNotice_ != ForkNotice::none) sendReseed();
  next();
}

bool Interpreter::locate(LocateListener& listener) {
  if (phase_ != Phase::ready || !language_.tellsStates) return false;
  // What it knew may be of no use any more while it looks.
  states_.clear();
  statesExact_ = false;
  locate_ = &listener;
  locateTimer_.start(kLocateMs);
  channel_.send("locate\n");
  return true;
}

void Interpreter::onLocatedFrame(const Json& frame) {
  statesExact_ = states_.take(frame) && phase_ == Phase::ready;
  endLocate();
}

void Interpreter::endLocate() {
  locateTimer_.stop();
  if (LocateListener* listener = std::exchange(locate_, nullptr)) listener->onLocated();
}

void Interpreter::forgetStates() {
  states_.clear();
  statesExact_ = false;
  pendingNotice_ = ForkNotice::none;
}

Reseeding Interpreter::reseed(ReseedListener& listener, ForkNotice notice) {
  if (pid_ < 0) return Reseeding::none;
  // To a running program two signals may be one: it would read this frame, and not the one of the fork.
  if (notice == ForkNotice::states && phase_ == Phase::busy) return Reseeding::later;
  pendingNotice_ = std::max(pendingNotice_, notice);
  if (isShell()) {
    // It reads its next line when its call has ended.
    if (phase_ != Phase::starting) sendReseed();
    return phase_ == Phase::ready ? Reseeding::done : Reseeding::later;
  }
  // Also when it has run since: it keeps what it told of alive.
  const bool refilled = states_.refill(pid_);
  if (refilled && statesExact_) return Reseeding::done;
  if (phase_ != Phase::starting) sendReseed();
  if (phase_ == Phase::busy) return Reseeding::later;
  reseed_ = &listener;
  return Reseeding::asked;
}

/** An answer to the fork before, which this machine's parent did not live to read, does not count. */
void Interpreter::onReseedFrame(const Json& frame) {
  if (findInteger(frame, "generation") != sandbox_.generation) return;
  const std::string* error = findString(frame, "error");
  endReseed(error == nullptr ? "" : error->substr(0, 1024));
}

void Interpreter::endReseed(const std::string& error) {
  if (ReseedListener* listener = std::exchange(reseed_, nullptr)) listener->onReseeded(name(), error);
}

void Interpreter::leaveReseed(const std::string& why) {
  ReseedListener* listener = std::exchange(reseed_, nullptr);
  if (listener == nullptr) return;
  endedAtFork_ = why;
  listener->onEnded(name(), why);
}

void Interpreter::endUnlessReseeded(const std::string& why) {
  if (reseed_ == nullptr) return;
  killReason_ = why;
  killGroup();
}

}  // namespace forkd
