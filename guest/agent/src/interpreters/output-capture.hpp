#pragma once
#include <string>

#include "io/event-loop.hpp"

namespace forkd {

/** What an interpreter writes to one of its streams while a call runs. At other times it is read and dropped. */
class OutputCapture final : public FdListener {
 public:
  explicit OutputCapture(EventLoop& loop) : watch_(loop, *this) {}

  void open(Fd fd);
  void close();
  /** Drops what came before. */
  void begin();
  /** Takes what is in the pipe now, and gives all that was captured. */
  std::string finish();
  /** Whether finish() had to leave something out. */
  bool truncated() const { return truncated_; }

  void onReady(int fd, uint32_t events) override;

 private:
  static constexpr size_t kMaxBytes = 1024 * 1024;

  /** Reads once; false when the pipe is empty or closed. */
  bool take();
  void drain();

  Fd fd_;
  FdWatch watch_;
  bool capturing_ = false;
  bool truncated_ = false;
  std::string text_;
};

}  // namespace forkd
