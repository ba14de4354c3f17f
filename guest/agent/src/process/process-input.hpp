#pragma once
#include <deque>
#include <string_view>

#include "io/event-loop.hpp"

namespace forkd {

/** Somebody who feeds a process's standard input, piece by piece. */
class InputSource {
 public:
  virtual ~InputSource() = default;
  /** What is to be written next; empty when nothing is there yet. */
  virtual std::string_view pending() const = 0;
  virtual bool ended() const = 0;
  /** Whether its end is the end of the input, where that has one. */
  virtual bool closes() const = 0;
  virtual void onWritten(size_t bytes) = 0;
  /** All of it was written, or can never be. */
  virtual void onFinished() = 0;
};

/** Writes sources to a process's standard input, one after the other, as fast as it reads. */
class ProcessInput final : public FdListener {
 public:
  /** With `closeAtEnd` the end of the first source that closes is the end of the input. */
  ProcessInput(EventLoop& loop, Fd fd, bool closeAtEnd);

  /** The source must be removed before it ends, unless it was told that it is finished. */
  void add(InputSource& source);
  void remove(InputSource& source);
  /** The front source has more, or has ended. */
  void serve();
  /** Whatever is still to come is discarded. */
  void close();

  void onReady(int fd, uint32_t events) override;

 private:
  bool writePending(InputSource& source);

  Fd fd_;
  FdWatch watch_;
  bool closeAtEnd_;
  std::deque<InputSource*> sources_;
};

}  // namespace forkd
