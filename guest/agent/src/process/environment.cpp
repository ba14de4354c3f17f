#include "process/environment.hpp"

namespace forkd {

Variables buildEnvironment(const SandboxIdentity& sandbox, const Account& account, const Variables& extra) {
  Variables all = {
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
      {"HOME", account.home},
      {"USER", account.name},
      {"LANG", "C.UTF-8"},
  };
  if (!sandbox.sandboxId.empty()) {
    all["FORKD_SANDBOX_ID"] = sandbox.sandboxId;
    all["FORKD_CHILD_INDEX"] = std::to_string(sandbox.childIndex);
  }
  for (const auto& [name, value] : sandbox.env) all[name] = value;
  for (const auto& [name, value] : extra) all[name] = value;
  return all;
}

std::vector<std::string> asAssignments(const Variables& variables) {
  std::vector<std::string> assignments;
  assignments.reserve(variables.size());
  for (const auto& [name, value] : variables) assignments.push_back(name + "=" + value);
  return assignments;
}

}  // namespace forkd
