#pragma once
#include <string>
#include <string_view>

#include "io/event-loop.hpp"

namespace forkd {

/**
 * Writes output to the console as well, where the host keeps it. A burst passes whole and a steady flow up to a rate;
 * what is over is left out, and told, so that a console is not all that a machine is busy with.
 */
class ConsoleCopy final : public FdListener {
 public:
  ConsoleCopy(EventLoop& loop, const std::string& path);

  void write(std::string_view data);
  void onReady(int fd, uint32_t events) override;

 private:
  static constexpr size_t kBurstBytes = 64 * 1024;
  static constexpr size_t kBytesPerSecond = 8 * 1024;

  void refill();
  void tellLeftOut();
  void flush();

  Fd console_;
  FdWatch watch_;
  std::string pending_;
  size_t allowance_ = kBurstBytes;
  int64_t refilledNs_;
  uint64_t leftOut_ = 0;
};

}  // namespace forkd
