#include "interpreters/start-interpreter.hpp"

#include <cerrno>
#include <cstring>

#include "process/spawn.hpp"

namespace forkd {

StartedInterpreter startInterpreter(const Language& language, const InterpreterSetting& setting,
                                    const SandboxIdentity& sandbox) {
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
  if (!language.script.empty()) plan.args.push_back(language.script);
  plan.account = ownAccount();
  plan.env = asAssignments(buildEnvironment(sandbox, plan.account, setting.env));
  plan.cwd = setting.cwd.empty() ? plan.account.home : setting.cwd;
  plan.cwdOptional = setting.cwd.empty();
  const bool isShell = language.dialect == Dialect::shell;
  const Fd& in = isShell ? calls.read : null;
  plan.fds = {in.get(), out.write.get(), err.write.get(), (isShell ? null : calls.read).get(), frames.write.get()};
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
