#pragma once
#include "agent.hpp"
#include "http/http-session.hpp"

namespace forkd {

/** Finds who answers a request. */
class Router final : public RequestOpener {
 public:
  explicit Router(Agent& agent) : agent_(agent) {}
  std::unique_ptr<RequestHandler> open(const std::shared_ptr<Exchange>& exchange) override;

 private:
  Agent& agent_;
};

}  // namespace forkd
