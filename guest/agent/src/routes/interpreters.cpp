#include "routes/routes.hpp"

namespace forkd {

Interpreter* findInterpreter(Agent& agent, Exchange& exchange, const std::string& name) {
  Interpreter* interpreter = agent.contexts.find(name);
  if (interpreter == nullptr) exchange.fail({ErrorCode::noSuchContext, "there is no interpreter " + name});
  return interpreter;
}

namespace {
/** It looks the interpreter up whenever it needs it, since a context may be gone by then. */
class EvalRequest final : public JsonRequest {
 public:
  EvalRequest(Agent& agent, Exchange& exchange, std::string name, bool stream)
      : agent_(agent), exchange_(exchange), name_(std::move(name)), stream_(stream) {}

  void onClosed(CloseReason reason) override {
    Interpreter* interpreter = reason == CloseReason::reset ? agent_.contexts.find(name_) : nullptr;
    if (interpreter != nullptr) interpreter->cancel(exchange_);
  }

 protected:
  void handle(Exchange& exchange, const Json& body) override {
    const std::string* code = findString(body, "code");
    const std::string* mode = findString(body, "mode");
    EvalCall call;
    call.mode = mode == nullptr ? "auto" : *mode;
    if (code == nullptr || (call.mode != "auto" && call.mode != "eval" && call.mode != "run")) {
      return exchange.fail({ErrorCode::badRequest, "code must be a string, and mode auto, eval or run"});
    }
    call.code = *code;
    call.timeoutMs = findInteger(body, "timeout_ms").value_or(0);
    call.rehearsal = findFlag(body, "rehearsal", false);
    call.stream = stream_;
    call.exchange = exchange.shared_from_this();
    if (Interpreter* interpreter = findInterpreter(agent_, exchange, name_)) interpreter->eval(std::move(call));
  }

 private:
  Agent& agent_;
  Exchange& exchange_;
  std::string name_;
  bool stream_;
};

std::unique_ptr<RequestHandler> open(Agent& agent, Exchange& exchange, const std::string& name, bool stream) {
  if (findInterpreter(agent, exchange, name) == nullptr) return nullptr;
  return std::make_unique<EvalRequest>(agent, exchange, name, stream);
}
}  // namespace

std::unique_ptr<RequestHandler> openEval(Agent& agent, const std::shared_ptr<Exchange>& exchange,
                                         const std::string& name) {
  return open(agent, *exchange, name, false);
}

std::unique_ptr<RequestHandler> openStreamedEval(Agent& agent, const std::shared_ptr<Exchange>& exchange,
                                                 const std::string& name) {
  return open(agent, *exchange, name, true);
}

void postInterpreterStart(Agent& agent, Exchange& exchange, const std::string& name, const Json&) {
  if (Interpreter* found = findInterpreter(agent, exchange, name)) found->start(exchange.shared_from_this());
}

void postInterpreterRestart(Agent& agent, Exchange& exchange, const std::string& name, const Json&) {
  if (Interpreter* found = findInterpreter(agent, exchange, name)) found->restart(exchange.shared_from_this());
}

}  // namespace forkd
