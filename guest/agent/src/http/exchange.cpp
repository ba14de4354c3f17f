#include "http/exchange.hpp"

#include <algorithm>
#include <cstring>

#include "http/http-session.hpp"
#include "io/json.hpp"

namespace forkd {

namespace {
class TextBody final : public BodySource {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}

  Pulled pull(char* out, size_t room) override {
    const size_t bytes = std::min(room, text_.size() - sent_);
    std::memcpy(out, text_.data() + sent_, bytes);
    sent_ += bytes;
    return {bytes, sent_ == text_.size() ? BodyState::ended : BodyState::more};
  }

 private:
  std::string text_;
  size_t sent_ = 0;
};
}  // namespace

void Exchange::reply(std::string json) { submit(200, {}, std::make_unique<TextBody>(std::move(json))); }

void Exchange::fail(const Failure& failure) {
  Json body = Json::object();
  body["code"] = nameOf(failure.code);
  body["message"] = failure.message;
  submit(statusOf(failure.code), {}, std::make_unique<TextBody>(writeJson(body)));
}

void Exchange::stream(std::vector<HeaderField> headers, std::unique_ptr<BodySource> body) {
  submit(200, std::move(headers), std::move(body));
}

void Exchange::streamBothWays(std::unique_ptr<BodySource> body) {
  bothWays_ = true;
  submit(200, {}, std::move(body));
}

void Exchange::reset() {
  if (session_ != nullptr && !std::exchange(broken_, true)) session_->reset(streamId_);
}

void Exchange::submit(int status, std::vector<HeaderField> headers, std::unique_ptr<BodySource> body) {
  if (session_ == nullptr || replied_) return;
  replied_ = true;
  body_ = std::move(body);
  session_->submitReply(*this, status, headers);
}

void Exchange::resume() {
  if (session_ == nullptr || !waiting_) return;
  waiting_ = false;
  session_->resume(streamId_);
}

void Exchange::consume(size_t bytes) {
  if (session_ != nullptr) session_->consume(streamId_, bytes);
}

void Exchange::widen() {
  if (session_ != nullptr) session_->widen(streamId_);
}

void Exchange::close(CloseReason reason) {
  session_ = nullptr;
  if (handler_) handler_->onClosed(reason);
  body_.reset();
  handler_.reset();
}

}  // namespace forkd
