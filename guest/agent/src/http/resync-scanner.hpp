#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace forkd {

/** Looks for `\nFORKD-RESYNC/1 <nonce>\n` in a stream, wherever it is cut into chunks. */
class ResyncScanner {
 public:
  static constexpr size_t kNonceDigits = 32;

  /** How many bytes of the chunk end with the first whole line, or 0 when there is none in it. */
  size_t scan(std::string_view chunk);
  /** The nonce of the line that scan() found last. */
  std::string_view nonce() const { return {nonce_.data(), nonce_.size()}; }

 private:
  bool step(char byte);

  size_t matched_ = 0;
  std::array<char, kNonceDigits> nonce_{};
};

}  // namespace forkd
