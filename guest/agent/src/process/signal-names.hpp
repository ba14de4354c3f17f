#pragma once
#include <string>
#include <string_view>

namespace forkd {

/** Like "SIGKILL" or "SIGRTMIN+3". */
std::string signalName(int number);

/** The number of such a name, or 0. */
int parseSignal(std::string_view name);

}  // namespace forkd
