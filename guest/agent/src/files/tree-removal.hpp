#pragma once
#include <string>
#include <vector>

#include "files/tree-walk.hpp"

namespace forkd {

/** Removes a file, or a directory with all that is in it, piece by piece. Links are removed and never followed. */
class TreeRemoval {
 public:
  /** Removes what takes no time. Returns 0, EINPROGRESS when there is more to do, or an errno. */
  int begin(const std::string& path, bool recursive);
  /** Removes some more, with the same answers. */
  int step();

 private:
  struct Level {
    Directory directory;
    std::string name;
    ino_t inode;
  };
  int removeNext();
  int enter(int parent, const char* name);
  int leave();
  int reopen(Level& level, int child);

  std::string path_;
  std::vector<Level> levels_;
  /** Other file systems that are mounted in it are not emptied. */
  dev_t device_ = 0;
};

}  // namespace forkd
