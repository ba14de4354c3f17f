#include "process/signal-names.hpp"

#include <signal.h>

#include <cstring>

namespace forkd {

std::string signalName(int number) {
  if (const char* abbreviation = ::sigabbrev_np(number)) return std::string("SIG") + abbreviation;
  const int offset = number - SIGRTMIN;
  return offset < 0 ? "SIG" + std::to_string(number) : "SIGRTMIN+" + std::to_string(offset);
}

int parseSignal(std::string_view name) {
  for (int number = 1; number <= SIGRTMAX; ++number) {
    if (signalName(number) == name) return number;
  }
  return name == "SIGRTMIN" ? SIGRTMIN : 0;
}

}  // namespace forkd
