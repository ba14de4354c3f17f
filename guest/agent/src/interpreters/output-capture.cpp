#include "interpreters/output-capture.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace forkd {

static constexpr size_t kReadBytes = 16 * 1024;

void OutputCapture::open(Fd fd) {
  close();
  fd_ = std::move(fd);
  setNonblocking(fd_);
  watch_.start(fd_.get(), EPOLLIN);
}

void OutputCapture::close() {
  watch_.stop();
  fd_.close();
}

void OutputCapture::begin(std::shared_ptr<EvalFeed> feed) {
  capturing_ = false;
  drain();
  feed_ = std::move(feed);
  text_.clear();
  truncated_ = false;
  capturing_ = true;
}

std::string OutputCapture::finish() {
  drain();
  capturing_ = false;
  feed_.reset();
  resume();
  return std::exchange(text_, {});
}

void OutputCapture::resume() {
  if (fd_ && !watch_.active()) watch_.start(fd_.get(), EPOLLIN);
}

/** Somebody may write without end, so this reads what a pipe holds a few times over, and no more. */
void OutputCapture::drain() {
  for (size_t reads = 0; reads < 2 * kMaxBytes / kReadBytes && take(); ++reads) {
  }
}

void OutputCapture::onReady(int, uint32_t) {
  if (feed_ && feed_->full()) return watch_.stop();
  take();
}

bool OutputCapture::take() {
  static char chunk[kReadBytes];
  if (!fd_) return false;
  const ssize_t got = ::read(fd_.get(), chunk, sizeof chunk);
  if (got < 0) return errno == EINTR;
  if (got == 0) {
    close();
    return false;
  }
  if (!capturing_) return true;
  if (feed_) {
    feed_->write(type_, {chunk, static_cast<size_t>(got)});
    return true;
  }
  const size_t kept = std::min(static_cast<size_t>(got), kMaxBytes - text_.size());
  text_.append(chunk, kept);
  truncated_ = truncated_ || kept < static_cast<size_t>(got);
  return true;
}

}  // namespace forkd
