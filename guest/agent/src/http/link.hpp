#pragma once
#include <array>
#include <memory>

#include "http/http-session.hpp"
#include "http/resync-scanner.hpp"
#include "io/event-loop.hpp"

namespace forkd {

/** The byte stream to the host: resync lines, and HTTP/2 between them. */
class Link final : public FdListener {
 public:
  Link(EventLoop& loop, RequestOpener& opener)
      : watch_(loop, *this), opener_(opener), session_(std::make_unique<HttpSession>(opener)) {}

  /** Takes over a non-blocking stream. Sessions of an earlier one end. False when it cannot be polled. */
  bool attach(Fd stream);
  /** Sends what the session has, as far as the stream takes it. To be called when the loop has turned. */
  void flush();
  bool idle() const { return outputEnd_ == 0; }
  /** A socket's peer has gone; a port's peer may come back on the same stream. */
  bool hungUp() const { return hungUp_; }

  void onReady(int fd, uint32_t events) override;

 private:
  // A write to a virtio port moves at most 32 KiB.
  static constexpr size_t kChunkBytes = 32 * 1024;

  void receive(std::string_view input);
  void resync();
  void drop();
  void fill();

  Fd stream_;
  FdWatch watch_;
  RequestOpener& opener_;
  ResyncScanner scanner_;
  /** Made when the one before ends: a machine that is forked finds it ready. */
  std::unique_ptr<HttpSession> session_;
  /** Whether anything has been fed to it. */
  bool used_ = false;
  /** Whether a resync line was seen since the last session ended. */
  bool synced_ = false;
  /**
   * Whether this wake-up has seen a resync line. The line can overtake the news that a host is there: the port then
   * still reads as hung up, and the answer is not to be dropped for that.
   */
  bool resynced_ = false;
  bool hungUp_ = false;
  std::string_view unsent_;
  size_t outputStart_ = 0;
  size_t outputEnd_ = 0;
  std::array<char, kChunkBytes> input_;
  std::array<char, kChunkBytes> output_;
};

}  // namespace forkd
