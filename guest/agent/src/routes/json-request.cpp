#include "routes/json-request.hpp"

namespace forkd {

void JsonRequest::onBody(Exchange& exchange, std::string_view chunk) {
  exchange.consume(chunk.size());
  if (exchange.replied()) return;
  if (body_.size() + chunk.size() > kMaxBytes) {
    body_ = {};
    return exchange.fail({ErrorCode::tooLarge, "the body is over 16 MiB"});
  }
  body_.append(chunk);
}

void JsonRequest::onBodyEnd(Exchange& exchange) {
  if (exchange.replied()) return;
  const auto body = body_.empty() ? Json::object() : parseObject(body_);
  body_ = {};
  if (!body) return exchange.fail({ErrorCode::badRequest, "the body is not a JSON object"});
  handle(exchange, *body);
}

}  // namespace forkd
