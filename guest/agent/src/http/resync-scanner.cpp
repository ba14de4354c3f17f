#include "http/resync-scanner.hpp"

namespace forkd {

static constexpr std::string_view kMagic = "\nFORKD-RESYNC/1 ";

size_t ResyncScanner::scan(std::string_view chunk) {
  for (size_t i = 0; i < chunk.size(); ++i) {
    if (matched_ == 0) {
      i = chunk.find('\n', i);
      if (i == std::string_view::npos) return 0;
    }
    if (step(chunk[i])) return i + 1;
  }
  return 0;
}

/** Takes one byte; true when it ends the line. A line feed begins the pattern, wherever else it comes. */
bool ResyncScanner::step(char byte) {
  const size_t at = matched_;
  if (at < kMagic.size()) {
    matched_ = byte == kMagic[at] ? at + 1 : (byte == '\n' ? 1 : 0);
    return false;
  }
  const size_t digit = at - kMagic.size();
  if (digit == kNonceDigits && byte == '\n') {
    matched_ = 0;
    return true;
  }
  const bool isHex = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
  if (digit == kNonceDigits || !isHex) {
    matched_ = byte == '\n' ? 1 : 0;
    return false;
  }
  nonce_[digit] = byte;
  matched_ = at + 1;
  return false;
}

}  // namespace forkd
