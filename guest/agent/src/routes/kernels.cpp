#include "routes/routes.hpp"

namespace forkd {

namespace {
Kernel* findKernel(Agent& agent, Exchange& exchange, const std::string& name) {
  Kernel* kernel = agent.findKernel(name);
  if (kernel == nullptr) exchange.fail({ErrorCode::notFound, "there is no kernel " + name});
  return kernel;
}

class EvalRequest final : public JsonRequest {
 public:
  EvalRequest(Kernel& kernel, Exchange& exchange) : kernel_(kernel), exchange_(exchange) {}

  void onClosed(CloseReason reason) override {
    if (reason == CloseReason::reset) kernel_.cancel(exchange_);
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
    kernel_.eval(std::move(call));
  }

 private:
  Kernel& kernel_;
  Exchange& exchange_;
};
}  // namespace

std::unique_ptr<RequestHandler> openEval(Agent& agent, const std::shared_ptr<Exchange>& exchange,
                                         const std::string& name) {
  Kernel* kernel = findKernel(agent, *exchange, name);
  if (kernel == nullptr) return nullptr;
  return std::make_unique<EvalRequest>(*kernel, *exchange);
}

void postKernelStart(Agent& agent, Exchange& exchange, const std::string& name, const Json&) {
  if (Kernel* kernel = findKernel(agent, exchange, name)) kernel->start(exchange.shared_from_this());
}

void postKernelRestart(Agent& agent, Exchange& exchange, const std::string& name, const Json&) {
  if (Kernel* kernel = findKernel(agent, exchange, name)) kernel->restart(exchange.shared_from_this());
}

}  // namespace forkd
