#pragma once
#include <string>

#include "http/exchange.hpp"
#include "io/event-loop.hpp"
#include "ports/tunnel-memory.hpp"

namespace forkd {

/**
 * A TCP connection to a port of this machine, carried by an exchange. What one end does not take stays with the other:
 * the host's bytes in its HTTP/2 window, the program's in its socket.
 */
class Tunnel final : public RequestHandler, public FdListener, public TimerListener {
 public:
  Tunnel(EventLoop& loop, TunnelMemory& memory, Exchange& exchange, uint16_t port)
      : loop_(loop),
        exchange_(exchange),
        port_(port),
        memory_(memory),
        watch_(loop, *this),
        patience_(loop, *this),
        push_(loop, *this) {}
  ~Tunnel() override { memory_.giveBack(taken_); }

  /** Apart from the constructor, since it may be refused at once. */
  void begin();

  void onBody(Exchange& exchange, std::string_view chunk) override;
  void onBodyEnd(Exchange& exchange) override;
  void onClosed(CloseReason reason) override;
  void onReady(int fd, uint32_t events) override;
  void onTimer(Timer& timer) override;

  /** The program's next bytes. */
  Pulled pull(char* out, size_t room);

 private:
  static constexpr int64_t kConnectMs = 10'000;

  void dial(int family);
  void onDialled(int error);
  void open();
  void serve();
  size_t give(std::string_view bytes);
  void widen();

  EventLoop& loop_;
  Exchange& exchange_;
  const uint16_t port_;
  TunnelMemory& memory_;
  Fd socket_;
  FdWatch watch_;
  Timer patience_;
  /** At the end of a turn: a program is woken for whole segments, not for each frame. */
  Timer push_;
  int family_ = 0;
  bool opened_ = false;
  /** What the program has not taken yet: no more than the window. */
  std::string pending_;
  /** What it has taken, and what was taken of the memory for more to be under way. */
  size_t given_ = 0;
  size_t taken_ = 0;
  /** Whether the host will send no more, and the program. */
  bool hostEnded_ = false;
  bool programEnded_ = false;
};

}  // namespace forkd
