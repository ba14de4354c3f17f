// What a kernel says, and what is said to it besides calls.
#include <signal.h>
#include <sys/random.h>

#include "kernels/kernel.hpp"

namespace forkd {

namespace {
constexpr size_t kEntropyBytes = 64;

std::string freshEntropyHex() {
  static constexpr char kDigits[] = "0123456789abcdef";
  unsigned char bytes[kEntropyBytes];
  if (::getrandom(bytes, sizeof bytes, 0) != static_cast<ssize_t>(sizeof bytes)) return {};
  std::string hex;
  hex.reserve(2 * kEntropyBytes);
  for (const unsigned char byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}
}  // namespace

const char* nameOf(KernelState state) {
  static constexpr const char* kNames[] = {"absent", "idle", "starting", "ready", "busy", "dead"};
  return kNames[static_cast<size_t>(state)];
}

KernelState Kernel::state() const {
  switch (phase_) {
    case Phase::idle:
      return interpreter_.installed() ? KernelState::idle : KernelState::absent;
    case Phase::starting:
      return KernelState::starting;
    case Phase::ready:
      return KernelState::ready;
    case Phase::busy:
      return KernelState::busy;
    case Phase::dead:
      break;
  }
  return KernelState::dead;
}

Json Kernel::describe() const {
  const bool up = phase_ == Phase::ready || phase_ == Phase::busy;
  Json json = Json::object();
  json["state"] = nameOf(state());
  json["pid"] = pid_ < 0 ? Json() : Json(pid_);
  json["version"] = up ? Json(version_) : Json();
  return json;
}

void Kernel::onFrame(std::string_view text) {
  const auto frame = parseObject(text);
  const std::string* op = frame ? findString(*frame, "op") : nullptr;
  if (op == nullptr) return onBrokenFrame();
  if (*op == "result") {
    onResultFrame(*frame);
  } else if (*op == "forked") {
    onReseedFrame(*frame);
  } else if (*op == "ready") {
    onReadyFrame(*frame);
  } else {
    onBrokenFrame();
  }
}

void Kernel::onReadyFrame(const Json& frame) {
  if (phase_ != Phase::starting) return;
  phase_ = Phase::ready;
  startTimer_.stop();
  const std::string* version = findString(frame, "version");
  version_ = version == nullptr ? "" : version->substr(0, 64);
  const auto waiting = std::exchange(waiting_, {});
  for (const auto& exchange : waiting) exchange->reply(writeJson(describe()));
  if (reseed_ != nullptr) sendReseed();
  next();
}

void Kernel::onResultFrame(const Json& frame) {
  if (phase_ != Phase::busy) return;
  phase_ = Phase::ready;
  const EvalCall call = *std::exchange(current_, std::nullopt);
  call.exchange->reply(describeResult(frame, finishCall()));
  next();
}

bool Kernel::reseed(ReseedListener& listener) {
  if (pid_ < 0) return false;
  reseed_ = &listener;
  if (phase_ != Phase::starting) sendReseed();
  return true;
}

void Kernel::sendReseed() {
  Json frame = Json::object();
  frame["op"] = "fork";
  frame["generation"] = sandbox_.generation;
  frame["entropy"] = freshEntropyHex();
  Json env = sandbox_.env;
  env["FORKD_SANDBOX_ID"] = sandbox_.sandboxId;
  env["FORKD_CHILD_INDEX"] = std::to_string(sandbox_.childIndex);
  frame["env"] = std::move(env);
  channel_.send(writeJson(frame));
  if (phase_ == Phase::busy && interpreter_.attentionSignal != 0) ::kill(pid_, interpreter_.attentionSignal);
}

/** An answer to the fork before, which this machine's parent did not live to read, does not count. */
void Kernel::onReseedFrame(const Json& frame) {
  if (findInteger(frame, "generation") != sandbox_.generation) return;
  const std::string* error = findString(frame, "error");
  endReseed(error == nullptr ? "" : error->substr(0, 1024));
}

void Kernel::endReseed(const std::string& error) {
  if (ReseedListener* listener = std::exchange(reseed_, nullptr)) listener->onReseeded(name(), error);
}

}  // namespace forkd
