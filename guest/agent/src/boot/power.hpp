#pragma once
#include <string>

namespace forkd {

/** Never comes back: powers the machine off, or resets it where there is no way to. */
[[noreturn]] void powerOffNow();

/** Ends everybody, writes what is unwritten, and powers off. */
[[noreturn]] void shutDown();

/** One line on the console with errno's text, and the end of the machine. */
[[noreturn]] void panic(const std::string& what);

}  // namespace forkd
