#pragma once
#include <cstddef>

namespace forkd {

/** What all tunnels hold for programs that do not read, but for the window that each of them begins with. */
class TunnelMemory {
 public:
  bool take(size_t bytes) {
    if (bytes > kMaxBytes - taken_) return false;
    taken_ += bytes;
    return true;
  }
  void giveBack(size_t bytes) { taken_ -= bytes; }

 private:
  static constexpr size_t kMaxBytes = 6 * 1024 * 1024;
  size_t taken_ = 0;
};

}  // namespace forkd
