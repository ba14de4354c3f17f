#include "http/link.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace forkd {

static constexpr std::string_view kAnswer = "\nFORKD-SYNCED/1 ";

bool Link::attach(Fd stream, Ending ending) {
  drop();
  watch_.stop();
  absence_.stop();
  scanner_ = {};
  ending_ = ending;
  ended_ = false;
  stream_ = std::move(stream);
  // A port whose host is away reports a hang-up all the time, so only edges are of use.
  return watch_.start(stream_.get(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

void Link::onReady(int fd, uint32_t) {
  for (;;) {
    const auto [bytes, last] = gather(fd);
    if (bytes != 0) {
      absence_.stop();
      receive({input_.data(), bytes});
    }
    if (last == Read::none) return absence_.stop();
    if (last == Read::end) return missHost();
  }
}

/** A read of a virtio port moves at most a page, and what is taken in one piece wakes a program once. */
Link::Gathered Link::gather(int fd) {
  size_t bytes = 0;
  while (bytes < input_.size()) {
    const ssize_t got = ::read(fd, input_.data() + bytes, input_.size() - bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return {bytes, got < 0 && errno == EAGAIN ? Read::none : Read::end};
    bytes += static_cast<size_t>(got);
  }
  return {bytes, Read::some};
}

/** A session that has begun since the host went is not to be ended by the news of that: it waits for better ones. */
void Link::missHost() {
  if (ending_ == Ending::passing) {
    if (absence_.active()) return;
    absentTicks_ = 0;
    return absence_.start(kTickMs);
  }
  drop();
  ended_ = true;
}

/** Processes whose output nobody takes go on without a reader from here. */
void Link::onTimer(Timer&) {
  if (++absentTicks_ < kAbsenceTicks) return absence_.start(kTickMs);
  drop();
}

void Link::receive(std::string_view input) {
  while (const size_t end = scanner_.scan(input)) {
    input.remove_prefix(end);
    resync();
  }
  if (input.empty() || !synced_) return;
  used_ = true;
  if (!session_->feed(input)) drop();
}

void Link::resync() {
  drop();
  synced_ = true;
  char* out = std::copy(kAnswer.begin(), kAnswer.end(), output_.data());
  out = std::copy(scanner_.nonce().begin(), scanner_.nonce().end(), out);
  *out++ = '\n';
  outputEnd_ = static_cast<size_t>(out - output_.data());
}

void Link::drop() {
  unsent_ = {};
  outputStart_ = outputEnd_ = 0;
  synced_ = false;
  if (std::exchange(used_, false)) session_ = std::make_unique<HttpSession>(opener_);
}

void Link::flush() {
  for (;;) {
    fill();
    if (outputEnd_ == 0) return;
    const ssize_t done = ::write(stream_.get(), output_.data() + outputStart_, outputEnd_ - outputStart_);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return;
    outputStart_ += static_cast<size_t>(done);
    if (outputStart_ == outputEnd_) outputStart_ = outputEnd_ = 0;
  }
}

/** Gathers frames into one write: each costs the host a wake-up. */
void Link::fill() {
  while (used_ && outputEnd_ < output_.size()) {
    if (unsent_.empty()) unsent_ = session_->output();
    if (unsent_.empty()) return;
    const size_t bytes = std::min(unsent_.size(), output_.size() - outputEnd_);
    std::memcpy(output_.data() + outputEnd_, unsent_.data(), bytes);
    outputEnd_ += bytes;
    unsent_.remove_prefix(bytes);
  }
}

}  // namespace forkd
