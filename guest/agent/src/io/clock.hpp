#pragma once
#include <time.h>

#include <cstdint>
#include <string>

namespace forkd {

inline int64_t readClockNs(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

inline int64_t monotonicNs() { return readClockNs(CLOCK_MONOTONIC); }
inline int64_t realtimeNs() { return readClockNs(CLOCK_REALTIME); }
inline double toMs(int64_t ns) { return static_cast<double>(ns) / 1e6; }

}  // namespace forkd
