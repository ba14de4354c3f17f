#pragma once

namespace forkd {

/** PID 1 in the initramfs: finds the root disk, and goes on from there as the agent. */
[[noreturn]] void runInitramfsStage();

}  // namespace forkd
