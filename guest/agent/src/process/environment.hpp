#pragma once
#include <map>
#include <string>
#include <vector>

#include "process/accounts.hpp"

namespace forkd {

using Variables = std::map<std::string, std::string>;

/** What identifies this machine to the programs in it. */
struct SandboxIdentity {
  std::string sandboxId;
  /** Negative until the first fork. */
  int64_t childIndex = -1;
  int64_t generation = 0;
  Variables env;
};

/** The base, then the sandbox's own, then `extra`. */
Variables buildEnvironment(const SandboxIdentity& sandbox, const Account& account, const Variables& extra);

std::vector<std::string> asAssignments(const Variables& variables);

}  // namespace forkd
