#pragma once
#include <string>

#include "agent.hpp"

namespace forkd {

/** Serves one byte stream until the host asks for the machine's end. */
void servePort(Fd port, AgentOptions options);

/** Serves the clients of a unix socket, one at a time. Returns 0, or an errno when it cannot listen. */
int serveSocket(const std::string& path, AgentOptions options);

}  // namespace forkd
