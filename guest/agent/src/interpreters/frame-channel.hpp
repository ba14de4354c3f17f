#pragma once
#include <string>
#include <string_view>

#include "io/event-loop.hpp"

namespace forkd {

/** Frames of `u32 little-endian length` and text, over a pipe each way. */
class FrameChannel final : public FdListener {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void onFrame(std::string_view text) = 0;
    /** The other side sent nonsense. The end of its pipe is not told: its exit is. */
    virtual void onBrokenFrame() = 0;
  };

  FrameChannel(EventLoop& loop, Owner& owner) : readWatch_(loop, *this), writeWatch_(loop, *this), owner_(owner) {}

  void open(Fd read, Fd write);
  void close();
  void send(std::string_view text);
  /** As it stands, without a length before it. */
  void write(std::string_view text);
  /** Leaves what comes where it is, until it is resumed. */
  void pause() { readWatch_.stop(); }
  void resume();
  /** Takes all frames that are there now. */
  void receiveAll();

  void onReady(int fd, uint32_t events) override;

 private:
  static constexpr size_t kHeaderBytes = 4;
  static constexpr size_t kMaxFrameBytes = 32 * 1024 * 1024;
  static constexpr size_t kKeptBytes = 64 * 1024;

  /** False when there is nothing to read. */
  bool receive();
  void flush();
  /** False when the frame is not whole yet, or the channel is broken or closed. */
  bool takeFrame();

  Fd read_;
  Fd write_;
  FdWatch readWatch_;
  FdWatch writeWatch_;
  Owner& owner_;
  std::string input_;
  std::string output_;
};

}  // namespace forkd
