#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "process/environment.hpp"

namespace forkd {

struct TerminalSize {
  uint16_t cols = 80;
  uint16_t rows = 24;
};

/** What to run, as the host asked for it. */
struct Command {
  std::vector<std::string> args;
  Variables env;
  std::string cwd;
  std::string user;
  bool streamInput = false;
  std::optional<TerminalSize> terminal;
  int64_t timeoutMs = 0;
  /** Whether it is among those that the host can list. */
  bool listed = true;
  /** Whether it waits until its output was received, and none is dropped. */
  bool lossless = false;
  /** A console that gets its output too; empty for none. */
  std::string consolePath;
};

}  // namespace forkd
