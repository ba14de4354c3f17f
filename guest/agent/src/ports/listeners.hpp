#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace forkd {

/** A TCP socket of this machine that takes connections. */
struct Listener {
  uint16_t port = 0;
  /** As text: `127.0.0.1`, `::`. */
  std::string address;
  uint64_t inode = 0;
};

/** Every TCP socket that listens, and at most 1024 of them. */
std::vector<Listener> listListeners();

/** Whether a socket listens on this port of the loopback interface. It takes no connection to tell. */
bool isListening(uint16_t port);

}  // namespace forkd
