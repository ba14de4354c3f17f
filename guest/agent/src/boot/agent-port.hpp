#pragma once
#include "io/fd.hpp"

namespace forkd {

/** The virtio port that is named `forkd.agent`, non-blocking; its number varies. Waits for it. */
Fd openAgentPort();

}  // namespace forkd
