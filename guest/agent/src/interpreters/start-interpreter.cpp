#include "interpreters/start-interpreter.hpp"

#include <cerrno>
#include <cstring>

#include "process/spawn.hpp"

namespace forkd {

StartedInterpreter startInterpreter(const Language& language, const SandboxIdentity& sandbox) {
  StartedInterpreter started;
  Pipe calls = openPipe();
  Pipe frames = openPipe();
  Pipe out = openPipe();
  Pipe err = openPipe();
  const Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!calls.read || !frames.read || !out.read || !err.read || !null) {
    started.error = ::strerror(errno);
    return started;
  }
  SpawnPlan plan;
  plan.args = {language.program};
  plan.args.insert(plan.args.end(), language.options.begin(), language.options.end());
  plan.args.push_back(language.script);
  plan.account = ownAccount();
  plan.env = asAssignments(buildEnvironment(sandbox, plan.account, {}));
  plan.cwd = plan.account.home;
  plan.cwdOptional = true;
  plan.fds = {null.get(), out.write.get(), err.write.get(), calls.read.get(), frames.write.get()};
  const Spawned spawned = spawn(plan);
  if (spawned.pid < 0) {
    started.error = ::strerror(spawned.error);
    return started;
  }
  started.pid = spawned.pid;
  started.streams = {std::move(frames.read), std::move(calls.write), std::move(out.read), std::move(err.read)};
  return started;
}

}  // namespace forkd
