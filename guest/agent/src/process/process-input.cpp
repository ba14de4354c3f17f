#include "process/process-input.hpp"

#include <cerrno>

namespace forkd {

ProcessInput::ProcessInput(EventLoop& loop, Fd fd, bool closeAtEnd)
    : fd_(std::move(fd)), watch_(loop, *this), closeAtEnd_(closeAtEnd) {
  if (fd_) setNonblocking(fd_);
}

void ProcessInput::add(InputSource& source) {
  sources_.push_back(&source);
  serve();
}

void ProcessInput::remove(InputSource& source) {
  std::erase(sources_, &source);
  serve();
}

void ProcessInput::close() {
  watch_.stop();
  fd_.close();
  serve();
}

void ProcessInput::onReady(int, uint32_t events) {
  // A reader that has gone is reported even while there is nothing to write.
  if ((events & EPOLLERR) != 0) return close();
  serve();
}

void ProcessInput::serve() {
  while (!sources_.empty()) {
    InputSource& source = *sources_.front();
    if (!writePending(source)) return;
    if (!source.ended()) break;
    sources_.pop_front();
    if (closeAtEnd_ && source.closes()) {
      watch_.stop();
      fd_.close();
    }
    source.onFinished();
  }
  watch_.stop();
}

/** False when the process has to read first. What can never be written counts as written. */
bool ProcessInput::writePending(InputSource& source) {
  for (std::string_view data = source.pending(); !data.empty(); data = source.pending()) {
    const ssize_t done = fd_ ? ::write(fd_.get(), data.data(), data.size()) : static_cast<ssize_t>(data.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && errno == EAGAIN) return !watch_.start(fd_.get(), EPOLLOUT);
    if (done < 0) {
      watch_.stop();
      fd_.close();
      continue;
    }
    source.onWritten(static_cast<size_t>(done));
  }
  return true;
}

}  // namespace forkd
