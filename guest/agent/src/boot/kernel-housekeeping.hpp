#pragma once

namespace forkd {

/**
 * Stretches the kernel's periodic housekeeping. A machine that is forked a hundred times pays for each wake-up a
 * hundred times, and right after a fork for code that it runs for the first time.
 */
void slowKernelHousekeeping();

}  // namespace forkd
