#pragma once
#include <memory>
#include <optional>
#include <variant>

#include "http/failure.hpp"
#include "process/command.hpp"
#include "process/console-copy.hpp"
#include "process/output-pipe.hpp"
#include "process/process-input.hpp"
#include "process/reaper.hpp"

namespace forkd {

struct ProcessExit {
  std::optional<int> exitCode;
  std::string signal;
  bool timedOut = false;
  double durationMs = 0;
};

ProcessExit describeExit(int status);

/** Somebody who reads a process's output at a pace of his own; the process waits for the slowest. */
class OutputReader {
 public:
  virtual ~OutputReader() = default;
  virtual uint64_t position() const = 0;
  virtual void onMore() = 0;
};

/** A command that was started for the host. It goes on whether anybody reads it or not. */
class Process final : public OutputPipe::Owner, public ExitListener, public TimerListener {
 public:
  Process(EventLoop& loop, Reaper& reaper);
  ~Process() override;

  std::optional<Failure> start(const Command& command, const SandboxIdentity& sandbox);

  pid_t pid() const { return pid_; }
  const std::vector<std::string>& args() const { return args_; }
  const std::string& user() const { return user_; }
  /** Where it was to begin. */
  const std::string& directory() const { return directory_; }
  int64_t startedNs() const { return startedNs_; }
  /** Since it last wrote something, or began. */
  int64_t quietMs() const;
  bool running() const { return !exit_.has_value(); }
  /** Set once its output is complete as well. */
  bool ended() const { return ended_; }
  const std::optional<ProcessExit>& exit() const { return exit_; }
  const OutputRing& ring() const { return ring_; }
  bool onTerminal() const { return onTerminal_; }
  bool lossless() const { return lossless_; }
  /** Whether it can give no more before what was given is acknowledged. */
  bool waitsForAcknowledgement() const { return lossless_ && ring_.roomBefore(received_) == 0; }
  /** None when its input is /dev/null. */
  ProcessInput* input() { return input_ ? &*input_ : nullptr; }

  void attach(OutputReader& reader);
  void detach(OutputReader& reader);
  void onReaderMoved();
  /** All output before `position` has arrived where it is wanted: one that is lossless need not keep it. */
  void acknowledge(uint64_t position);
  /** SIGTERM to the group, and SIGKILL after a grace. */
  void terminate();
  /** Returns 0 or an errno. */
  int signal(int number, bool group);
  int resize(TerminalSize size);

  size_t room() const override;
  void onOutput(Channel channel, std::string_view data) override;
  void onOutputClosed() override;
  void onExit(pid_t pid, int status) override;
  void onTimer(Timer& timer) override;

 private:
  void endIfComplete();
  void tellReaders();

  EventLoop& loop_;
  Reaper& reaper_;
  pid_t pid_ = -1;
  std::vector<std::string> args_;
  std::string user_;
  std::string directory_;
  int64_t startedNs_ = 0;
  int64_t startedMonotonicNs_ = 0;
  int64_t wroteMonotonicNs_ = 0;
  bool onTerminal_ = false;
  bool lossless_ = false;
  uint64_t received_ = 0;
  bool timedOut_ = false;
  bool ended_ = false;
  std::optional<ProcessExit> exit_;
  OutputRing ring_;
  std::optional<ConsoleCopy> console_;
  OutputPipe out_;
  OutputPipe err_;
  std::optional<ProcessInput> input_;
  std::vector<OutputReader*> readers_;
  Timer timeout_;
  Timer kill_;
  Timer grace_;
};

}  // namespace forkd
