#include "process/process.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "io/clock.hpp"
#include "process/signal-names.hpp"
#include "process/spawn.hpp"
#include "process/standard-streams.hpp"

namespace forkd {

namespace {
constexpr int64_t kTermToKillMs = 2000;
constexpr int64_t kInheritedPipesMs = 200;

Failure describeFailure(const Spawned& spawned, const SpawnPlan& plan) {
  const std::string& name = plan.args[0];
  if (spawned.step == SpawnStep::directory) return failureOf(spawned.error, "cwd " + plan.cwd);
  if (spawned.step == SpawnStep::credentials) return failureOf(spawned.error, "user " + plan.account.name);
  if (spawned.step != SpawnStep::execute) {
    return {ErrorCode::internal, "cannot start " + name + ": " + ::strerror(spawned.error)};
  }
  Failure failure = failureOf(spawned.error, name);
  if (failure.code == ErrorCode::notFound) return {ErrorCode::commandNotFound, name + ": command not found"};
  return failure;
}

SpawnPlan planFor(const Command& command, const Account& account, const SandboxIdentity& sandbox) {
  Variables extra = command.env;
  if (command.terminal) extra.emplace("TERM", "xterm-256color");
  const Variables env = buildEnvironment(sandbox, account, extra);
  SpawnPlan plan;
  plan.args = command.args;
  plan.env = asAssignments(env);
  plan.searchPath = env.at("PATH");
  plan.cwdOptional = command.cwd.empty();
  plan.cwd = plan.cwdOptional ? account.home : command.cwd;
  plan.onTerminal = command.terminal.has_value();
  plan.account = account;
  return plan;
}
}  // namespace

ProcessExit describeExit(int status) {
  ProcessExit exit;
  if (WIFSIGNALED(status)) {
    exit.signal = signalName(WTERMSIG(status));
  } else {
    exit.exitCode = WEXITSTATUS(status);
  }
  return exit;
}

Process::Process(EventLoop& loop, Reaper& reaper)
    : loop_(loop), reaper_(reaper), out_(loop, *this, Channel::out), err_(loop, *this, Channel::err),
      timeout_(loop, *this), kill_(loop, *this), grace_(loop, *this) {}

Process::~Process() {
  if (pid_ > 0 && running()) reaper_.forget(pid_);
}

std::optional<Failure> Process::start(const Command& command, const SandboxIdentity& sandbox) {
  const auto account = command.user.empty() ? ownAccount() : findAccount(command.user);
  if (!account) return Failure{ErrorCode::badRequest, "there is no user " + command.user};
  StandardStreams streams;
  if (const int error = streams.open(command, account->uid); error != 0) {
    return Failure{ErrorCode::internal, std::string("standard streams: ") + ::strerror(error)};
  }
  SpawnPlan plan = planFor(command, *account, sandbox);
  for (const Fd& fd : streams.childSide) plan.fds.push_back(fd.get());
  startedNs_ = realtimeNs();
  startedMonotonicNs_ = monotonicNs();
  wroteMonotonicNs_ = startedMonotonicNs_;
  const Spawned spawned = spawn(plan);
  streams.childSide.clear();
  if (spawned.pid < 0) return describeFailure(spawned, plan);

  pid_ = spawned.pid;
  args_ = command.args;
  user_ = account->name;
  directory_ = plan.cwd;
  lossless_ = command.lossless;
  onTerminal_ = command.terminal.has_value();
  reaper_.expect(pid_, *this);
  if (!command.consolePath.empty()) console_.emplace(loop_, command.consolePath);
  if (streams.input) input_.emplace(loop_, std::move(streams.input), !onTerminal_);
  out_.open(std::move(streams.out));
  if (streams.err) err_.open(std::move(streams.err));
  if (command.timeoutMs > 0) timeout_.start(command.timeoutMs);
  return std::nullopt;
}

void Process::attach(OutputReader& reader) {
  readers_.push_back(&reader);
  onReaderMoved();
}

void Process::detach(OutputReader& reader) {
  std::erase(readers_, &reader);
  onReaderMoved();
}

int64_t Process::quietMs() const { return (monotonicNs() - wroteMonotonicNs_) / 1'000'000; }

void Process::onReaderMoved() {
  out_.update();
  err_.update();
}

void Process::acknowledge(uint64_t position) {
  received_ = std::max(received_, std::min(position, ring_.end()));
  onReaderMoved();
}

size_t Process::room() const {
  uint64_t slowest = lossless_ ? received_ : ring_.end();
  for (const OutputReader* reader : readers_) slowest = std::min(slowest, reader->position());
  return ring_.roomBefore(slowest);
}

void Process::onOutput(Channel channel, std::string_view data) {
  wroteMonotonicNs_ = monotonicNs();
  ring_.append(channel, data);
  if (console_) console_->write(data);
  tellReaders();
}

void Process::onOutputClosed() { endIfComplete(); }

void Process::onExit(pid_t, int status) {
  exit_ = describeExit(status);
  exit_->timedOut = timedOut_;
  exit_->durationMs = toMs(monotonicNs() - startedMonotonicNs_);
  timeout_.stop();
  if (out_.isOpen() || err_.isOpen()) grace_.start(kInheritedPipesMs);
  endIfComplete();
  tellReaders();
}

void Process::onTimer(Timer& timer) {
  if (&timer == &timeout_) {
    timedOut_ = true;
    terminate();
  } else if (&timer == &kill_) {
    ::kill(-pid_, SIGKILL);
  } else {
    out_.finish();
    err_.finish();
  }
}

void Process::terminate() {
  if (!running() || kill_.active()) return;
  ::kill(-pid_, SIGTERM);
  kill_.start(kTermToKillMs);
}

int Process::signal(int number, bool group) {
  // Once it has ended, its number may be somebody else's.
  if (ended_ || (!group && !running())) return ESRCH;
  return ::kill(group ? -pid_ : pid_, number) == 0 ? 0 : errno;
}

int Process::resize(TerminalSize size) { return onTerminal_ && out_.isOpen() ? resizeTerminal(out_.fd(), size) : EINVAL; }

void Process::endIfComplete() {
  if (ended_ || running() || out_.isOpen() || err_.isOpen()) return;
  ended_ = true;
  grace_.stop();
  if (input_) input_->close();
  tellReaders();
}

void Process::tellReaders() {
  for (OutputReader* reader : readers_) reader->onMore();
}

}  // namespace forkd
