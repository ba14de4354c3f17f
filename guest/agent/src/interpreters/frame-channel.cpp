#include "interpreters/frame-channel.hpp"

#include <cerrno>
#include <cstring>

namespace forkd {

static constexpr size_t kReadBytes = 64 * 1024;

void FrameChannel::open(Fd read, Fd write) {
  close();
  read_ = std::move(read);
  write_ = std::move(write);
  setNonblocking(read_);
  setNonblocking(write_);
  readWatch_.start(read_.get(), EPOLLIN);
}

void FrameChannel::close() {
  readWatch_.stop();
  writeWatch_.stop();
  read_.close();
  write_.close();
  input_.clear();
  output_.clear();
}

void FrameChannel::send(std::string_view text) {
  const auto length = static_cast<uint32_t>(text.size());
  output_.append(reinterpret_cast<const char*>(&length), kHeaderBytes);
  write(text);
}

void FrameChannel::write(std::string_view text) {
  output_.append(text);
  flush();
}

void FrameChannel::resume() {
  if (read_) readWatch_.start(read_.get(), EPOLLIN);
}

void FrameChannel::onReady(int fd, uint32_t) { 
  if (fd == read_.get()) {
    receive();
  } else {
    flush();
  }
}

void FrameChannel::receiveAll() {
  while (read_ && receive()) {
  }
}

void FrameChannel::flush() {
  while (write_ && !output_.empty()) {
    const ssize_t done = ::write(write_.get(), output_.data(), output_.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && errno == EAGAIN) {
      writeWatch_.start(write_.get(), EPOLLOUT);
      return;
    }
    // A reader that is gone has exited, or soon will.
    if (done < 0) output_.clear();
    else output_.erase(0, static_cast<size_t>(done));
  }
  writeWatch_.stop();
  if (output_.capacity() > kKeptBytes) output_ = {};
}

bool FrameChannel::receive() {
  static char chunk[kReadBytes];
  const ssize_t got = ::read(read_.get(), chunk, sizeof chunk);
  if (got < 0 && errno == EINTR) return true;
  if (got <= 0) {
    if (got == 0) readWatch_.stop();
    return false;
  }
  input_.append(chunk, static_cast<size_t>(got));
  while (takeFrame()) {
  }
  return readWatch_.active();
}

bool FrameChannel::takeFrame() {
  if (!read_ || input_.size() < kHeaderBytes) return false;
  uint32_t length = 0;
  std::memcpy(&length, input_.data(), kHeaderBytes);
  if (length > kMaxFrameBytes) {
    readWatch_.stop();
    owner_.onBrokenFrame();
    return false;
  }
  if (input_.size() < kHeaderBytes + length) return false;
  std::string frame = input_.substr(kHeaderBytes, length);
  input_.erase(0, kHeaderBytes + length);
  if (input_.empty() && input_.capacity() > kKeptBytes) input_ = {};
  owner_.onFrame(frame);
  return true;
}

}  // namespace forkd
