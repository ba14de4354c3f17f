#pragma once
#include "io/event-loop.hpp"
#include "process/output-ring.hpp"

namespace forkd {

/** One of the streams that a process writes to, on its way into the ring. */
class OutputPipe final : public FdListener {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /** How much may be read now. */
    virtual size_t room() const = 0;
    virtual void onOutput(Channel channel, std::string_view data) = 0;
    virtual void onOutputClosed() = 0;
  };

  OutputPipe(EventLoop& loop, Owner& owner, Channel channel) : watch_(loop, *this), owner_(owner), channel_(channel) {}

  void open(Fd fd);
  bool isOpen() const { return static_cast<bool>(fd_); }
  const Fd& fd() const { return fd_; }
  /** Reads on when there is room, and stops reading when there is none. */
  void update();
  /** Takes what is in the pipe now, and closes it then, whoever else may write to it. */
  void finish();

  void onReady(int fd, uint32_t events) override;

 private:
  void close();

  Fd fd_;
  FdWatch watch_;
  Owner& owner_;
  Channel channel_;
  bool finishing_ = false;
  size_t finalBytes_ = 0;
};

}  // namespace forkd
