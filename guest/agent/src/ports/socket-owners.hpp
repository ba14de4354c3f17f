#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace forkd {

/** A process that has a socket open. */
struct SocketOwner {
  pid_t pid = 0;
  /** As in /proc/PID/comm. */
  std::string command;
};

/** Who has these sockets, by their inode. Of a machine with very many open files it finds only some. */
std::unordered_map<uint64_t, SocketOwner> findSocketOwners(const std::vector<uint64_t>& inodes);

}  // namespace forkd
