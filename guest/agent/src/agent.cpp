#include "agent.hpp"

namespace forkd {

Agent::Agent(EventLoop& eventLoop, AgentOptions agentOptions)
    : options(std::move(agentOptions)), loop(eventLoop), reaper(loop), machine(options.root),
      hooks(options.root + "/etc/forkd/on-fork.d"), processes(loop, reaper),
      contexts(loop, reaper, sandbox, options.interpretersDirectory) {}

}  // namespace forkd
