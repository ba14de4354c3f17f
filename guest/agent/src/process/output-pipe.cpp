#include "process/output-pipe.hpp"

#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>

namespace forkd {

static constexpr size_t kReadBytes = 16 * 1024;

void OutputPipe::open(Fd fd) {
  fd_ = std::move(fd);
  update();
}

void OutputPipe::update() {
  if (!fd_) return;
  if (owner_.room() > 0) {
    watch_.start(fd_.get(), EPOLLIN);
  } else {
    watch_.stop();
  }
}

void OutputPipe::finish() {
  if (!fd_ || finishing_) return;
  int waiting = 0;
  ::ioctl(fd_.get(), FIONREAD, &waiting);
  finishing_ = true;
  finalBytes_ = static_cast<size_t>(waiting);
  if (finalBytes_ == 0) close();
}

void OutputPipe::onReady(int fd, uint32_t) {
  static char buffer[kReadBytes];
  size_t wanted = std::min(sizeof buffer, owner_.room());
  if (finishing_) wanted = std::min(wanted, finalBytes_);
  if (wanted == 0) return watch_.stop();
  const ssize_t got = ::read(fd, buffer, wanted);
  if (got < 0 && (errno == EINTR || (errno == EAGAIN && !finishing_))) return;
  // A terminal whose last user has gone gives EIO.
  if (got <= 0) return close();
  if (finishing_) finalBytes_ -= static_cast<size_t>(got);
  owner_.onOutput(channel_, {buffer, static_cast<size_t>(got)});
  if (finishing_ && finalBytes_ == 0) return close();
  update();
}

void OutputPipe::close() {
  watch_.stop();
  fd_.close();
  owner_.onOutputClosed();
}

}  // namespace forkd
