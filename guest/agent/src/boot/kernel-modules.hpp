#pragma once

namespace forkd {

/** Loads the modules that a text file lists, one path a line, in that order. Failures go to the console. */
void loadKernelModules(const char* listPath);

}  // namespace forkd
