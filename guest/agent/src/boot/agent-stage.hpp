#pragma once

namespace forkd {

/** PID 1 on the root disk: makes it a working system, and serves the host until it is to end. */
[[noreturn]] void runAgentStage();

}  // namespace forkd
