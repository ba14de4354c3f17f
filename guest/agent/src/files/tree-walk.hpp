#pragma once
#include <dirent.h>

#include <memory>
#include <vector>

#include "files/found-file.hpp"

namespace forkd {

struct DirectoryCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, DirectoryCloser>;

/** A directory of another one, or of AT_FDCWD. Empty with errno when it is none. Links are followed where told. */
Directory openDirectory(int parent, const char* name, bool follow);

/** The next entry that is neither "." nor ".."; null at the end. */
const dirent* readEntry(DIR* directory);

/** What is in a directory and, down to a depth, below it, one file at a time. Links are not followed. */
class TreeWalk {
 public:
  /** Returns 0 or an errno. */
  int open(const std::string& path, size_t depth);
  /** False at the end. What vanishes meanwhile is left out. */
  bool next(FoundFile& found);

 private:
  struct Level {
    Directory directory;
    /** How much of the prefix names what is above. */
    size_t prefixBytes = 0;
  };
  bool look(int directory, const char* name, FoundFile& found) const;
  void descend(int directory, const char* name);

  std::vector<Level> levels_;
  size_t depth_ = 1;
  /** The path of the innermost directory, with a slash at its end; empty for the first. */
  std::string prefix_;
};

}  // namespace forkd
