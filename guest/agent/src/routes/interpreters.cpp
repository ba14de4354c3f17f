#include "routes/routes.hpp"

namespace forkd {

namespace {
Interpreter* findInterpreter(Agent& agent, Exchange& exchange, const std::string& name) {
  Interpreter* interpreter = agent.findInterpreter(name);
  if (interpreter == nullptr) exchange.fail({ErrorCode::notFound, "there is no interpreter " + name});
  return interpreter;
}

class EvalRequest final : public JsonRequest {
 public:
  EvalRequest(Interpreter& interpreter, Exchange& exchange) : interpreter_(interpreter), exchange_(exchange) {}

  void onClosed(CloseReason reason) override {
    if (reason == CloseReason::reset) interpreter_.cancel(exchange_);
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
    call.exchange = exchange.shared_from_this();
    interpreter_.eval(std::move(call));
  }

 private:
  Interpreter& interpreter_;
  Exchange& exchange_;
};
}  // namespace

std::unique_ptr<RequestHandler> openEval(Agent& agent, const std::shared_ptr<Exchange>& exchange,
                                         const std::string& name) {
  Interpreter* interpreter = findInterpreter(agent, *exchange, name);
  if (interpreter == nullptr) return nullptr;
  return std::make_unique<EvalRequest>(*interpreter, *exchange);
}

void postInterpreterStart(Agent& agent, Exchange& exchange, const std::string& name, const Json&) {
  if (Interpreter* found = findInterpreter(agent, exchange, name)) found->start(exchange.shared_from_this());
}

void postInterpreterRestart(Agent& agent, Exchange& exchange, const std::string& name, const Json&) {
  if (Interpreter* found = findInterpreter(agent, exchange, name)) found->restart(exchange.shared_from_this());
}

}  // namespace forkd
