#pragma once
#include <deque>
#include <memory>
#include <optional>

#include "http/exchange.hpp"
#include "interpreters/eval-feed.hpp"
#include "interpreters/eval-result.hpp"
#include "interpreters/frame-channel.hpp"
#include "interpreters/generator-states.hpp"
#include "interpreters/output-capture.hpp"
#include "interpreters/start-interpreter.hpp"
#include "process/reaper.hpp"

namespace forkd {

enum class InterpreterState { absent, idle, starting, ready, busy, dead };
const char* nameOf(InterpreterState state);

/** A call, as the host asked for it. */
struct EvalCall {
  std::shared_ptr<Exchange> exchange;
  std::string code;
  std::string mode;
  int64_t timeoutMs = 0;
  /** Does not count as a call. */
  bool rehearsal = false;
  /** Whether what it gives is told as it comes. */
  bool stream = false;
};

class ReseedListener {
 public:
  virtual ~ReseedListener() = default;
  /** `error` is empty when the interpreter has new random state. */
  virtual void onReseeded(const std::string& interpreter, const std::string& error) = 0;
  /** It has ended instead, so that it has no state that anybody could share. */
  virtual void onEnded(const std::string& interpreter, const std::string& why) = 0;
};

class LocateListener {
 public:
  virtual ~LocateListener() = default;
  virtual void onLocated() = 0;
};

class Interpreter;

class InterpreterOwner {
 public:
  virtual ~InterpreterOwner() = default;
  /** It was removed, or never came to run. It is not to be deleted before this call has returned. */
  virtual void onGone(Interpreter& interpreter) = 0;
};

/**
 * What a fork has to wait for. `none`: there is no language. `done`: its generators have new states. `asked`: it
 * tells when they have. `later`: it is busy, and takes new states as soon as it can.
 */
enum class Reseeding { none, done, asked, later };

/** What an interpreter has to hear of: nothing, new random states, or also that it is in another machine. */
enum class ForkNotice { none, states, machine };

/** A warm interpreter: one process that does one call at a time and keeps its state between them. */
class Interpreter final : public FrameChannel::Owner,
                          public ExitListener,
                          public TimerListener,
                          public EvalFeed::Source {
 public:
  /** What it works with besides its own. */
  struct Surroundings {
    EventLoop& loop;
    Reaper& reaper;
    const SandboxIdentity& sandbox;
    InterpreterOwner& owner;
  };

  Interpreter(const Surroundings& surroundings, std::string name, Language language, InterpreterSetting setting = {});

  const std::string& name() const { return name_; }
  /** Whether it is on its way out, and takes nothing any more. */
  bool removing() const { return removal_ != nullptr; }
  InterpreterState state() const;
  Json describe() const;

  /** Replies once it is ready. */
  void start(std::shared_ptr<Exchange> exchange);
  void restart(std::shared_ptr<Exchange> exchange);
  /** Ends it, and replies when it has ended. */
  void remove(std::shared_ptr<Exchange> exchange);
  void eval(EvalCall call);
  /** The host gave a call up: it is interrupted, or taken from the queue. */
  void cancel(const Exchange& exchange);
  /** Interrupts the running call, which may go on regardless. False when there is none. */
  bool interruptCall();
  /** Before a freeze: asks where the generators' states are. False when there is nothing to wait for. */
  bool locate(LocateListener& listener);
  /** In a rehearsal the notice is `states`. */
  Reseeding reseed(ReseedListener& listener, ForkNotice notice);
  void forgetReseed() { reseed_ = nullptr; }
  /** Ends it when it still owes a fork its answer. */
  void endUnlessReseeded(const std::string& why);
  /** Why it ended at a fork, or its rehearsal, until it is started anew; else empty. */
  const std::string& endedAtFork() const { return endedAtFork_; }

  void onFrame(std::string_view text) override;
  void onBrokenFrame() override;
  void onExit(pid_t pid, int status) override;
  void onTimer(Timer& timer) override;
  void onRoom() override;

 private:
  enum class Phase { idle, starting, ready, busy, dead };

  void launch();
  void onLaunchFailed(const std::string& why);
  void onReadyFrame(const Json& frame);
  void onResultFrame(const Json& frame);
  void onDisplayFrame(const Json& frame);
  void onReseedFrame(const Json& frame);
  void onLocatedFrame(const Json& frame);
  void sendReseed();
  void next();
  void begin(EvalCall call);
  void say(const EvalCall& call);
  void sendInterrupt();
  void interrupt();
  void killGroup();
  CallOutcome finishCall();
  void answer(const EvalCall& call, std::string reply);
  void endStart(const std::string& why);
  bool isShell() const { return language_.dialect == Dialect::shell; }
  void failWaiting(const std::string& why);
  void endReseed(const std::string& error);
  void leaveReseed(const std::string& why);
  void endLocate();
  void forgetStates();
  /** The variables that a fork changes, as NAME=VALUE with NUL between them; none when they do not change. */
  std::string takeNotice();

  Reaper& reaper_;
  const SandboxIdentity& sandbox_;
  InterpreterOwner& owner_;
  std::string name_;
  Language language_;
  InterpreterSetting setting_;
  Phase phase_ = Phase::idle;
  pid_t pid_ = -1;
  std::string version_;
  bool restarting_ = false;
  bool timedOut_ = false;
  bool killed_ = false;
  bool wasReady_ = false;
  std::shared_ptr<Exchange> removal_;
  /** How it died between two calls; the next call is told. */
  std::string unreportedExit_;
  /** Why it is being killed between two calls. */
  std::string killReason_;
  std::string endedAtFork_;
  FrameChannel channel_;
  OutputCapture out_;
  OutputCapture err_;
  std::deque<EvalCall> queue_;
  std::optional<EvalCall> current_;
  int64_t callStartedNs_ = 0;
  /** Since it was started. */
  int64_t calls_ = 0;
  std::shared_ptr<EvalFeed> feed_;
  std::vector<std::string> results_;
  size_t resultCount_ = 0;
  size_t resultBytes_ = 0;
  bool resultsCut_ = false;
  std::vector<std::shared_ptr<Exchange>> waiting_;
  ReseedListener* reseed_ = nullptr;
  LocateListener* locate_ = nullptr;
  GeneratorStates states_;
  /** Whether nothing has run since the interpreter told where all of its states are. */
  bool statesExact_ = false;
  /** What the next call has to bring along. */
  ForkNotice pendingNotice_ = ForkNotice::none;
  Timer startTimer_;
  Timer callTimer_;
  Timer killTimer_;
  /** Interrupts a shell once more. */
  Timer insistTimer_;
  int insistsLeft_ = 0;
  Timer locateTimer_;
};

}  // namespace forkd
