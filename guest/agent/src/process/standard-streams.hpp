#pragma once
#include <vector>

#include "io/fd.hpp"
#include "process/command.hpp"

namespace forkd {

/** Both sides of a command's standard streams. Terminals have no `err`. */
struct StandardStreams {
  Fd input;
  Fd out;
  Fd err;
  /** The child's descriptors 0, 1 and 2; to be dropped once it runs. */
  std::vector<Fd> childSide;

  /** A terminal, or pipes. Returns 0 or an errno. */
  int open(const Command& command, uid_t terminalOwner);

 private:
  int openTerminal(TerminalSize size, uid_t owner);
  int openPipes(bool streamInput);
};

/** Returns 0 or an errno. */
int resizeTerminal(const Fd& terminal, TerminalSize size);

}  // namespace forkd
