#pragma once
#include <memory>
#include <string>

#include "agent.hpp"
#include "http/exchange.hpp"
#include "io/json.hpp"

namespace forkd {

/** Collects a JSON body, and answers when it is complete. No body counts as an empty object. */
class JsonRequest : public RequestHandler {
 public:
  void onBody(Exchange& exchange, std::string_view chunk) final;
  void onBodyEnd(Exchange& exchange) final;

 protected:
  virtual void handle(Exchange& exchange, const Json& body) = 0;

 private:
  static constexpr size_t kMaxBytes = 16 * 1024 * 1024;
  std::string body_;
};

/** For routes that need nothing but their input. */
class FunctionRequest final : public JsonRequest {
 public:
  using Function = void (*)(Agent& agent, Exchange& exchange, const std::string& parameter, const Json& body);
  FunctionRequest(Agent& agent, std::string parameter, Function function)
      : agent_(agent), parameter_(std::move(parameter)), function_(function) {}

 protected:
  void handle(Exchange& exchange, const Json& body) override { function_(agent_, exchange, parameter_, body); }

 private:
  Agent& agent_;
  std::string parameter_;
  Function function_;
};

/** The field of a route's function, as the table of routes wants it. */
template <FunctionRequest::Function function>
std::unique_ptr<RequestHandler> openFunction(Agent& agent, const std::shared_ptr<Exchange>&, const std::string& parameter) {
  return std::make_unique<FunctionRequest>(agent, parameter, function);
}

}  // namespace forkd
