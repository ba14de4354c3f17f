#pragma once

namespace forkd {

/**
 * Ends every TCP connection to another machine, so that its program is told at once. The other end hears of it only if
 * there is a way to it. Returns 0 or an errno.
 */
int resetConnections();

}  // namespace forkd
