#include "agent.hpp"

#include <signal.h>

namespace forkd {

static Language pythonIn(const std::string& directory) {
  return {"python", "/usr/bin/python3", {}, directory + "/python.py", SIGRTMIN + 11, true};
}

static Language nodeIn(const std::string& directory) {
  return {"node", "/usr/bin/node", {"--no-warnings"}, directory + "/node.mjs", 0, false};
}

Agent::Agent(EventLoop& eventLoop, AgentOptions agentOptions)
    : options(std::move(agentOptions)), loop(eventLoop), reaper(loop), machine(options.root),
      hooks(options.root + "/etc/forkd/on-fork.d"), processes(loop, reaper),
      python(loop, reaper, sandbox, pythonIn(options.interpretersDirectory)),
      node(loop, reaper, sandbox, nodeIn(options.interpretersDirectory)) {}

Interpreter* Agent::findInterpreter(std::string_view name) {
  if (name == python.name()) return &python;
  return name == node.name() ? &node : nullptr;
}

}  // namespace forkd
