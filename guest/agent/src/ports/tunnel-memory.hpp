#pragma once
#include <cstddef>

namespace forkd {

/** What all tunnels hold for programs that do not read. */
struct TunnelMemory {
  static constexpr size_t kMaxBytes = 16 * 1024 * 1024;
  size_t bytes = 0;
};

}  // namespace forkd
