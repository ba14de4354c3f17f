#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "process/accounts.hpp"

namespace forkd {

struct SpawnPlan {
  std::vector<std::string> args;
  /** "NAME=value" each. */
  std::vector<std::string> env;
  /** Where args[0] is looked up, as in $PATH. */
  std::string searchPath;
  std::string cwd;
  /** Begin in / when there is no `cwd`. */
  bool cwdOptional = false;
  /** Element n becomes descriptor n. */
  std::vector<int> fds;
  /** Descriptor 0 becomes the controlling terminal. */
  bool onTerminal = false;
  Account account;
};

enum class SpawnStep { none, process, session, descriptors, terminal, credentials, directory, execute };

struct Spawned {
  pid_t pid = -1;
  /** What failed, and its errno, when there is no pid. */
  SpawnStep step = SpawnStep::none;
  int error = 0;
};

/** Starts a program in a session and process group of its own, with no other descriptors and default signals. */
Spawned spawn(const SpawnPlan& plan);

/** To be called once at start, so that children have only what the agent itself changes to undo. */
void resetSignalDispositions();

}  // namespace forkd
