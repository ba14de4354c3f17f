#pragma once
#include <sys/types.h>

#include <string>
#include <string_view>

namespace forkd {

/** At most `maxBytes` of a file; empty when it cannot be read. */
std::string readTextFile(const char* path, size_t maxBytes);

/** Writes to an existing file, as /proc and /sys want it. */
bool writeExisting(const char* path, std::string_view text);

/** All of `data`, or false with errno. */
bool writeAll(int fd, std::string_view data);

/** The next line of `text`, without its end; `text` is moved behind it. */
std::string_view takeLine(std::string_view& text);

/** The part before `separator`; `text` is moved behind it. */
std::string_view takeField(std::string_view& text, char separator);

}  // namespace forkd
