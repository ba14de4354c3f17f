#pragma once
#include <array>
#include <memory>

#include "http/http-session.hpp"
#include "http/resync-scanner.hpp"
#include "io/event-loop.hpp"

namespace forkd {

/** What it means when a stream reads as ended. */
enum class Ending {
  /** A socket: its peer has gone. */
  final,
  /** A virtio port: its peer is away, and may come back on the same stream. */
  passing,
};

/** The byte stream to the host: resync lines, and HTTP/2 between them. */
class Link final : public FdListener, public TimerListener {
 public:
  Link(EventLoop& loop, RequestOpener& opener)
      : watch_(loop, *this), absence_(loop, *this), opener_(opener), session_(std::make_unique<HttpSession>(opener)) {}

  /** Takes over a non-blocking stream. Sessions of an earlier one end. False when it cannot be polled. */
  bool attach(Fd stream, Ending ending);
  /** Sends what the session has, as far as the stream takes it. To be called when the loop has turned. */
  void flush();
  /** Whether nobody will come back on this stream. */
  bool ended() const { return ended_; }

  void onReady(int fd, uint32_t events) override;
  void onTimer(Timer& timer) override;

 private:
  // A write to a virtio port moves at most 32 KiB.
  static constexpr size_t kChunkBytes = 32 * 1024;
  /**
   * How long a port reads as hung up before its host is taken for gone. The kernel learns that a host has come or gone
   * through another queue than its data, and later: a line can be here before the news of the end that came before it.
   * It is counted in short ticks, since a guest's clock leaps when its host was suspended.
   */
  static constexpr int64_t kTickMs = 100;
  static constexpr int kAbsenceTicks = 10;

  /** What a read gave. */
  enum class Read { some, none, end };
  struct Gathered {
    size_t bytes;
    /** What the last read was that gave nothing; `some` when there was no room for more. */
    Read last;
  };

  Gathered gather(int fd);
  void receive(std::string_view input);
  void missHost();
  void resync();
  void drop();
  void fill();

  Fd stream_;
  FdWatch watch_;
  Ending ending_ = Ending::final;
  bool ended_ = false;
  /** Runs while a port reads as hung up. */
  Timer absence_;
  int absentTicks_ = 0;
  RequestOpener& opener_;
  ResyncScanner scanner_;
  /** Made when the one before ends: a machine that is forked finds it ready. */
  std::unique_ptr<HttpSession> session_;
  /** Whether anything has been fed to it. */
  bool used_ = false;
  /** Whether a resync line was seen since the last session ended. */
  bool synced_ = false;
  std::string_view unsent_;
  size_t outputStart_ = 0;
  size_t outputEnd_ = 0;
  std::array<char, kChunkBytes> input_;
  std::array<char, kChunkBytes> output_;
};

}  // namespace forkd
