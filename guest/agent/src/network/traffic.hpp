#pragma once
#include <cstdint>

namespace forkd {

/** What passed through the machine's cards since it booted, its loopback interface left out. */
struct Traffic {
  int64_t receivedBytes = 0;
  int64_t sentBytes = 0;
};

Traffic measureTraffic();

}  // namespace forkd
