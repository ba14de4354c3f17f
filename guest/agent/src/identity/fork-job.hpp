#pragma once
#include <memory>
#include <string>
#include <vector>

#include "http/exchange.hpp"
#include "identity/fork-request.hpp"
#include "identity/hook-runner.hpp"
#include "interpreters/interpreter.hpp"

namespace forkd {

class Agent;

/** Makes this machine another one, step by step, and replies. A step that fails is the last. */
class ForkJob final : public ReseedListener, public HookRunner::Owner, public TimerListener {
 public:
  ForkJob(Agent& agent, std::shared_ptr<Exchange> exchange, ForkRequest request);
  ~ForkJob() override;

  void run();

  void onReseeded(const std::string& interpreter, const std::string& error) override;
  void onEnded(const std::string& interpreter, const std::string& why) override;
  void onHooksDone() override;
  void onTimer(Timer& timer) override;

 private:
  bool renewMachine();
  bool nameMachine();
  bool rehearseNames();
  bool joinNetwork();
  bool writeFiles();
  void reseedInterpreters();
  void onReseedSettled();
  void tellEnded(const std::string& interpreter, const std::string& why);
  void runHooks();
  int publish() const;
  bool check(const std::string& step, int error);
  void fail(const std::string& message);

  Agent& agent_;
  std::shared_ptr<Exchange> exchange_;
  ForkRequest request_;
  HookRunner hooks_;
  Timer reseedTimeout_;
  std::vector<std::string> reseeded_;
  Json ended_ = Json::array();
  int reseedsLeft_ = 0;
  /** Whether those that owe an answer are being ended. */
  bool ending_ = false;
  bool failed_ = false;
};

}  // namespace forkd
