#include "routes/routes.hpp"

namespace forkd {

namespace {
/** Feeds a process no faster than it reads: the host may send on when bytes were written. */
class StdinRequest final : public RequestHandler, public InputSource {
 public:
  StdinRequest(std::shared_ptr<Process> process, Exchange& exchange, bool closes)
      : process_(std::move(process)), exchange_(exchange), closes_(closes) {}

  /** Apart from the constructor, since it may finish at once. */
  void begin() { process_->input()->add(*this); }

  void onBody(Exchange& exchange, std::string_view chunk) override {
    if (finished_) return exchange.consume(chunk.size());
    pending_.append(chunk);
    process_->input()->serve();
  }

  void onBodyEnd(Exchange&) override {
    ended_ = true;
    if (!finished_) process_->input()->serve();
  }

  void onClosed(CloseReason) override {
    if (!finished_) process_->input()->remove(*this);
    finished_ = true;
  }

  std::string_view pending() const override { return std::string_view(pending_).substr(written_); }
  bool ended() const override { return ended_; }
  bool closes() const override { return closes_; }

  void onWritten(size_t bytes) override {
    exchange_.consume(bytes);
    written_ += bytes;
    if (written_ < pending_.size()) return;
    pending_.clear();
    written_ = 0;
  }

  void onFinished() override {
    finished_ = true;
    exchange_.reply("{}");
  }

 private:
  std::shared_ptr<Process> process_;
  Exchange& exchange_;
  const bool closes_;
  std::string pending_;
  size_t written_ = 0;
  bool ended_ = false;
  bool finished_ = false;
};

std::unique_ptr<RequestHandler> feed(Agent& agent, Exchange* exchange, const std::string& pid, bool closes) {
  auto process = findProcess(agent, *exchange, pid);
  if (!process) return nullptr;
  if (process->input() == nullptr) {
    exchange->fail({ErrorCode::badRequest, "process " + pid + " was started without a stream for stdin"});
    return nullptr;
  }
  if (process->ended()) {
    exchange->fail({ErrorCode::noSuchProcess, "process " + pid + " has ended"});
    return nullptr;
  }
  auto request = std::make_unique<StdinRequest>(std::move(process), *exchange, closes);
  request->begin();
  return request;
}
}  // namespace

std::unique_ptr<RequestHandler> openStdin(Agent& agent, const std::shared_ptr<Exchange>& exchange,
                                          const std::string& pid) {
  return feed(agent, exchange.get(), pid, true);
}

std::unique_ptr<RequestHandler> openStdinPart(Agent& agent, const std::shared_ptr<Exchange>& exchange,
                                              const std::string& pid) {
  return feed(agent, exchange.get(), pid, false);
}

}  // namespace forkd
