// Reads documents from standard input, each behind its length in 32 bits, little-endian. Of each it writes a line: the
// document as it was understood, or why there is none.
#include <cstdio>

#include "io/json.hpp"

using namespace forkd;

namespace {
std::string judge(std::string_view text) {
  const auto value = parseObject(text);
  if (!value) return "refused";
  const std::string once = writeJson(*value);
  const auto again = parseObject(once);
  if (!again) return "written so that it cannot be read";
  return writeJson(*again) == once ? once : "written otherwise each time";
}

bool readExactly(std::string& text) { return std::fread(text.data(), 1, text.size(), stdin) == text.size(); }
}  // namespace

int main() {
  unsigned char length[4];
  while (std::fread(length, 1, sizeof length, stdin) == sizeof length) {
    std::string text(length[0] | length[1] << 8 | length[2] << 16 | static_cast<size_t>(length[3]) << 24, '\0');
    if (!readExactly(text)) return 1;
    const std::string line = judge(text) + '\n';
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
  }
  return 0;
}
