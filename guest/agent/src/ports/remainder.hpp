#pragma once
#include <string>
#include <string_view>

#include "io/event-loop.hpp"
#include "ports/tunnel-memory.hpp"

namespace forkd {

/**
 * What a program has still to take of a connection that is closed already, since both of its ways have ended. It goes by
 * itself: when all is taken, or the program is gone.
 */
class Remainder final : public FdListener {
 public:
  /** `bytes` were taken of `memory`. */
  static void leave(EventLoop& loop, TunnelMemory& memory, Fd socket, std::string bytes);

  void onReady(int fd, uint32_t events) override;

 private:
  Remainder(EventLoop& loop, TunnelMemory& memory, Fd socket, std::string bytes)
      : memory_(memory), socket_(std::move(socket)), bytes_(std::move(bytes)), watch_(loop, *this) {}
  ~Remainder() override { memory_.giveBack(bytes_.size()); }

  TunnelMemory& memory_;
  Fd socket_;
  std::string bytes_;
  size_t written_ = 0;
  FdWatch watch_;
};

}  // namespace forkd
