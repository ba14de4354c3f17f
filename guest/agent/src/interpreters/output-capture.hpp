#pragma once
#include <string>

#include "interpreters/eval-feed.hpp"
#include "io/event-loop.hpp"

namespace forkd {

/**
 * What an interpreter writes to one of its streams while a call runs: kept for its end, or passed on to a feed. At other
 * times it is read and dropped.
 */
class OutputCapture final : public FdListener {
 public:
  OutputCapture(EventLoop& loop, EvalFrame type) : watch_(loop, *this), type_(type) {}

  void open(Fd fd);
  void close();
  /** Drops what came before. Without a feed everything is kept. */
  void begin(std::shared_ptr<EvalFeed> feed = nullptr);
  /** Takes what is in the pipe now, and gives all that was kept. */
  std::string finish();
  /** Passes on what is in the pipe now. */
  void drain();
  /** The feed has room again. */
  void resume();
  /** Whether finish() had to leave something out. */
  bool truncated() const { return truncated_; }

  void onReady(int fd, uint32_t events) override;

 private:
  static constexpr size_t kMaxBytes = 1024 * 1024;

  /** Reads once; false when the pipe is empty or closed. */
  bool take();

  Fd fd_;
  FdWatch watch_;
  EvalFrame type_;
  std::shared_ptr<EvalFeed> feed_;
  bool capturing_ = false;
  bool truncated_ = false;
  std::string text_;
};

}  // namespace forkd
