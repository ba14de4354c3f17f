#include "io/text-file.hpp"

#include <unistd.h>

#include <cerrno>

#include "io/fd.hpp"

namespace forkd {

std::string readTextFile(const char* path, size_t maxBytes) {
  const Fd fd(::open(path, O_RDONLY | O_CLOEXEC));
  std::string text;
  char chunk[2048];
  while (fd && text.size() < maxBytes) {
    const ssize_t got = ::read(fd.get(), chunk, sizeof chunk);
    if (got <= 0) break;
    text.append(chunk, static_cast<size_t>(got));
  }
  if (text.size() > maxBytes) text.resize(maxBytes);
  return text;
}

bool writeExisting(const char* path, std::string_view text) {
  const Fd fd(::open(path, O_WRONLY | O_CLOEXEC));
  return fd && writeAll(fd.get(), text);
}

bool writeAll(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t done = ::write(fd, data.data(), data.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    data.remove_prefix(static_cast<size_t>(done));
  }
  return true;
}

std::string_view takeLine(std::string_view& text) { return takeField(text, '\n'); }

std::string_view takeField(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return field;
}

}  // namespace forkd
