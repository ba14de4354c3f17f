#include <cerrno>
#include <cstring>

#include "files/place.hpp"
#include "files/tree-watch.hpp"
#include "http/fields.hpp"
#include "routes/routes.hpp"

namespace forkd {

namespace {
class WatchBody final : public BodySource {
 public:
  explicit WatchBody(std::shared_ptr<TreeWatch> watch) : watch_(std::move(watch)) {}

  Pulled pull(char* out, size_t room) override {
    const size_t bytes = std::min(room, watch_->lines().size());
    std::memcpy(out, watch_->lines().data(), bytes);
    if (bytes > 0) watch_->take(bytes);
    if (watch_->ended() && watch_->lines().empty()) return {bytes, BodyState::ended};
    return {bytes, bytes == 0 ? BodyState::waiting : BodyState::more};
  }

 private:
  std::shared_ptr<TreeWatch> watch_;
};

class WatchRequest final : public RequestHandler, public TreeWatchListener {
 public:
  WatchRequest(EventLoop& loop, Exchange& exchange, std::string path)
      : exchange_(exchange), path_(std::move(path)), watch_(std::make_shared<TreeWatch>(loop, *this)) {}

  void onBody(Exchange& exchange, std::string_view chunk) override { exchange.consume(chunk.size()); }
  void onBodyEnd(Exchange& exchange) override {
    watch_->start(path_, queryParameter(exchange.query(), "recursive") == "true");
  }

  void onWatching() override { exchange_.stream({}, std::make_unique<WatchBody>(watch_)); }
  void onMore() override { exchange_.resume(); }
  void onUnwatchable(int error) override {
    if (error != ENOSPC) return exchange_.fail(fileFailureOf(error, path_));
    exchange_.fail({ErrorCode::tooLarge, path_ + " has more directories than can be watched"});
  }

 private:
  Exchange& exchange_;
  std::string path_;
  std::shared_ptr<TreeWatch> watch_;
};
}  // namespace

std::unique_ptr<RequestHandler> openFileWatch(Agent& agent, const std::shared_ptr<Exchange>& exchange, const std::string&) {
  const auto path = findPlace(*exchange);
  if (!path) return nullptr;
  return std::make_unique<WatchRequest>(agent.loop, *exchange, withoutTrailingSlashes(*path));
}

}  // namespace forkd
