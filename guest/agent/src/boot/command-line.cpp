#include "boot/command-line.hpp"

#include "io/text-file.hpp"

namespace forkd {

BootOptions readBootOptions() {
  BootOptions options;
  std::string text = readTextFile("/proc/cmdline", 4096);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view value = takeField(rest, ' ');
    const std::string_view name = takeField(value, '=');
    if (name == "forkd.root") options.root = value;
    if (name == "forkd.rootfstype") options.rootType = value;
    if (name == "forkd.probe") options.probe = value == "1";
  }
  return options;
}

}  // namespace forkd
