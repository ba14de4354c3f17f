#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace forkd {

/** A process of the machine, whoever started it. */
struct Task {
  pid_t pid = 0;
  pid_t parent = 0;
  uid_t uid = 0;
  /** As proc(5) has it: R, S, D, Z, ... */
  char state = '?';
  /** In user mode and in the kernel together, since it began. */
  int64_t cpuMs = 0;
  int64_t residentBytes = 0;
  /** Its arguments, or its name in brackets where it has none; cut to some length. */
  std::string command;
};

/** All processes but the kernel's own threads, by number. */
std::vector<Task> listTasks();

/** How many there are. */
size_t countTasks();

}  // namespace forkd
