#pragma once

namespace forkd {

/** Lets the agent have the descriptors of a thousand tunnels. */
void raiseDescriptorLimit();

/** Gives this process the limit that the agent was started with: programs that use select(2) count on a low one. */
void restoreDescriptorLimit();

}  // namespace forkd
