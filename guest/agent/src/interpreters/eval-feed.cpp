#include "interpreters/eval-feed.hpp"

#include <algorithm>
#include <cstring>

namespace forkd {

/** The exchange's end of a feed. */
class EvalStream final : public BodySource {
 public:
  explicit EvalStream(std::shared_ptr<EvalFeed> feed) : feed_(std::move(feed)) {}
  ~EvalStream() override { feed_->forgetReader(); }

  Pulled pull(char* out, size_t room) override { return feed_->pull(out, room); }

 private:
  std::shared_ptr<EvalFeed> feed_;
};

std::shared_ptr<EvalFeed> EvalFeed::open(Exchange& exchange, Source& source) {
  const std::shared_ptr<EvalFeed> feed(new EvalFeed(exchange, source));
  exchange.stream({}, std::make_unique<EvalStream>(feed));
  return feed;
}

void EvalFeed::write(EvalFrame type, std::string_view payload) {
  if (exchange_ == nullptr) return;
  if (hurried_ && type != EvalFrame::end && !hasRoom()) {
    dropped_ = true;
    return;
  }
  const size_t bytes = payload.size();
  const char header[5] = {static_cast<char>(type), static_cast<char>(bytes >> 24), static_cast<char>(bytes >> 16),
                          static_cast<char>(bytes >> 8), static_cast<char>(bytes)};
  frames_.append(header, sizeof header);
  frames_.append(payload);
  exchange_->resume();
}

void EvalFeed::hurry() {
  hurried_ = true;
  if (source_ != nullptr) source_->onRoom();
}

void EvalFeed::end(std::string_view payload) {
  source_ = nullptr;
  write(EvalFrame::end, payload);
}

Pulled EvalFeed::pull(char* out, size_t room) {
  const bool wasFull = full();
  const size_t bytes = std::min(room, frames_.size() - sent_);
  std::memcpy(out, frames_.data() + sent_, bytes);
  sent_ += bytes;
  if (sent_ >= frames_.size() / 2) {
    frames_.erase(0, sent_);
    sent_ = 0;
  }
  if (frames_.empty() && source_ == nullptr) return {bytes, BodyState::ended};
  if (wasFull && !full() && source_ != nullptr) source_->onRoom();
  return {bytes, bytes == 0 ? BodyState::waiting : BodyState::more};
}

void EvalFeed::forgetReader() {
  exchange_ = nullptr;
  frames_ = {};
  sent_ = 0;
  if (source_ != nullptr) source_->onRoom();
}

}  // namespace forkd
