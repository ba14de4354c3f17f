#include "network/traffic.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "io/text-file.hpp"

namespace forkd {

namespace {
constexpr size_t kMaxBytes = 64 * 1024;
/** Behind an interface's name stand eight counters of what was received, its bytes first, and as many of what was sent. */
constexpr int kCountersEachWay = 8;

void skipSpaces(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(' '), text.size())); }

int64_t takeNumber(std::string_view& text) {
  skipSpaces(text);
  const std::string_view digits = takeField(text, ' ');
  int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}
}  // namespace

Traffic measureTraffic() {
  const std::string text = readTextFile("/proc/net/dev", kMaxBytes);
  Traffic traffic;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view counters = takeLine(rest);
    if (counters.find(':') == std::string_view::npos) continue;
    std::string_view name = takeField(counters, ':');
    skipSpaces(name);
    if (name == "lo") continue;
    traffic.receivedBytes += takeNumber(counters);
    for (int skipped = 1; skipped < kCountersEachWay; ++skipped) takeNumber(counters);
    traffic.sentBytes += takeNumber(counters);
  }
  return traffic;
}

}  // namespace forkd
