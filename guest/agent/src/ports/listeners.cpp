#include "ports/listeners.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

#include "io/fd.hpp"
#include "io/text-file.hpp"

namespace forkd {

namespace {
constexpr size_t kMaxListeners = 1024;
constexpr size_t kWordDigits = 8;
constexpr std::string_view kListen = "0A";

struct Table {
  const char* path;
  int family;
};
constexpr std::array<Table, 2> kTables = {{{"/proc/net/tcp", AF_INET}, {"/proc/net/tcp6", AF_INET6}}};

std::string_view takeWord(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return takeField(line, ' ');
}

/** The kernel writes an address as words of this machine's byte order. */
std::string readAddress(std::string_view hex, int family) {
  std::array<uint32_t, 4> words{};
  for (size_t i = 0; i < words.size() && hex.size() >= kWordDigits; ++i, hex.remove_prefix(kWordDigits)) {
    std::from_chars(hex.data(), hex.data() + kWordDigits, words[i], 16);
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, words.data(), text.data(), text.size());
  return text.data();
}

/** One line of a table; false when it is not a listening socket's. */
bool parseLine(std::string_view line, int family, Listener& listener) {
  takeWord(line);
  std::string_view local = takeWord(line);
  takeWord(line);
  if (takeWord(line) != kListen) return false;
  listener.address = readAddress(takeField(local, ':'), family);
  std::from_chars(local.data(), local.data() + local.size(), listener.port, 16);
  for (int i = 0; i < 5; ++i) takeWord(line);
  const std::string_view inode = takeWord(line);
  std::from_chars(inode.data(), inode.data() + inode.size(), listener.inode);
  return true;
}

/** Calls `visit` for each socket that listens, until it says false. */
template <typename Visit>
bool readTable(const Table& table, Visit visit) {
  const Fd fd(::open(table.path, O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> chunk;
  std::string text;
  for (bool isHead = true;;) {
    const ssize_t got = fd ? ::read(fd.get(), chunk.data(), chunk.size()) : 0;
    if (got <= 0) return true;
    text.append(chunk.data(), static_cast<size_t>(got));
    std::string_view rest = text;
    while (rest.find('\n') != std::string_view::npos) {
      const std::string_view line = takeLine(rest);
      if (std::exchange(isHead, false)) continue;
      Listener listener;
      // Those that listen come first in the table.
      if (!parseLine(line, table.family, listener)) return true;
      if (!visit(std::move(listener))) return false;
    }
    text.erase(0, text.size() - rest.size());
  }
}

bool isLoopback(const std::string& address) {
  return address == "127.0.0.1" || address == "0.0.0.0" || address == "::" || address == "::1" ||
         address == "::ffff:127.0.0.1" || address == "::ffff:0.0.0.0";
}
}  // namespace

std::vector<Listener> listListeners() {
  std::vector<Listener> all;
  for (const Table& table : kTables) {
    readTable(table, [&](Listener listener) {
      all.push_back(std::move(listener));
      return all.size() < kMaxListeners;
    });
  }
  return all;
}

bool isListening(uint16_t port) {
  const auto isOther = [port](const Listener& listener) {
    return listener.port != port || !isLoopback(listener.address);
  };
  return std::any_of(kTables.begin(), kTables.end(), [&](const Table& table) { return !readTable(table, isOther); });
}

}  // namespace forkd
