#pragma once
#include <memory>
#include <string>

#include "identity/fork-job.hpp"
#include "identity/hook-directory.hpp"
#include "identity/machine.hpp"
#include "interpreters/context-table.hpp"
#include "io/event-loop.hpp"
#include "network/network-card.hpp"
#include "ports/tunnel.hpp"
#include "process/process-table.hpp"
#include "process/reaper.hpp"

namespace forkd {

constexpr int kProtocolVersion = 1;
constexpr const char* kAgentVersion = FORKD_VERSION;

struct AgentOptions {
  /** Runs as a program on somebody's host: the machine itself is left as it is. */
  bool hosted = false;
  /** Goes before the paths that a fork writes to; empty for the machine's own root. */
  std::string root;
  std::string interpretersDirectory = "/run/forkd/interpreters";
  /** Where the output of services goes too; empty for nowhere. */
  std::string consolePath = "/dev/console";
};

/** All that requests work on. */
class Agent {
 public:
  Agent(EventLoop& eventLoop, AgentOptions agentOptions);

  const AgentOptions options;
  EventLoop& loop;
  Reaper reaper;
  SandboxIdentity sandbox;
  Machine machine;
  NetworkCard card;
  HookDirectory hooks;
  ProcessTable processes;
  ContextTable contexts;
  TunnelMemory tunnelMemory;
  std::unique_ptr<ForkJob> fork;
  /** Set when the machine is to end once the reply is out. */
  bool powerOff = false;
};

}  // namespace forkd
