#pragma once
#include <sys/types.h>
#include <sys/uio.h>

#include <vector>

#include "io/json.hpp"

namespace forkd {

/**
 * Where an interpreter keeps the states of its generators. A fork fills them from outside, whatever the interpreter is
 * doing: running it for that would cost a forked machine more than anything else.
 */
class GeneratorStates {
 public:
  /** Takes what an interpreter told of itself; true when these are all of its states. */
  bool take(const Json& frame);
  void clear();
  /** Writes random bytes and zeros. False when there is nothing known, or it could not all be written. */
  bool refill(pid_t pid);

 private:
  std::vector<iovec> ranges_;
  std::vector<char> content_;
  size_t randomBytes_ = 0;
};

}  // namespace forkd
